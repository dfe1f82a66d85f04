/** Makes tokens and signatures for events, with the shop's own code and the stack's secrets. */
import { sign } from '#functions/payments/lib/webhook-signature.ts';
import { adminUserId, demoUserId } from '../../db/seed/ids.ts';
import { seedOrders } from '../../db/seed/orders.ts';
import { answerPath } from '../gateway/events-api.ts';

export interface Credentials {
  /** An access token of the demo user or the demo admin, for 15 minutes. */
  accessToken(role: 'shopper' | 'admin', now: Date): Promise<string>;
  /** A guest's key to the seeded order of this number. */
  orderToken(number: string, now: Date): string;
  /** The payment provider's signature of a webhook. */
  signature(body: string, now: Date): string;
  /** Where CloudFormation's answer is put. */
  responseUrl: string;
  /** The newest migration's name. */
  schemaVersion: string;
}

/** @param env the stack's variables; they become this process's own, where the shop's code reads them */
export async function credentialsFor(env: Record<string, string>): Promise<Credentials> {
  Object.assign(process.env, env);
  // Imported only now, because these modules read the configuration when they load.
  const { signAccessToken } = await import('#platform/auth/access-token.ts');
  const { orderToken } = await import('#functions/orders/lib/order-token.ts');
  return {
    accessToken: (role, now) => signAccessToken({ id: role === 'admin' ? adminUserId : demoUserId, role }, now),
    orderToken(number, now) {
      const order = seedOrders(now).find((each) => each.number === number);
      if (order === undefined) throw new Error(`no seeded order has the number ${number}`);
      return orderToken(order.id);
    },
    signature: (body, now) => sign(body, env.PAYMENT_WEBHOOK_SECRET?.split(',')[0] ?? '', now),
    responseUrl: new URL(answerPath, env.EVENT_BUS_ENDPOINT).href,
    schemaVersion: env.SCHEMA_VERSION ?? '',
  };
}
