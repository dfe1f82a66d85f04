import * as z from 'zod/mini';
import { config } from '#platform/config.ts';
import { Problem } from '#platform/errors.ts';
import { claimEvent } from '#platform/events/inbox.pg.ts';
import { check, parseJson } from '#platform/http/parse.ts';
import { WebhookEvent } from './contract.ts';
import { settlePayment, type Verdict } from './settle-payment.ts';
import { isSigned } from './webhook-signature.ts';

/** What Stripe's event types say of an intent; the others do not concern us. */
const statuses: Record<string, Verdict['status']> = {
  'payment_intent.succeeded': 'succeeded',
  'payment_intent.payment_failed': 'failed',
  'payment_intent.requires_action': 'requires_action',
  'payment_intent.processing': 'processing',
  'payment_intent.canceled': 'canceled',
};

const FailedIntent = z.looseObject({ last_payment_error: z.looseObject({ message: z.string() }) });

/**
 * Hears what the provider says of an intent. A redelivery, an intent that is not ours and a type that does not concern us change nothing.
 * @throws Problem 400 `invalid-signature`, `malformed-json`, `invalid-request`
 */
export async function receiveWebhook(rawBody: Buffer, signature: string | undefined, now: Date): Promise<{ orderId: string | undefined }> {
  if (!isSigned(signature, rawBody, config.PAYMENT_WEBHOOK_SECRET, now)) {
    throw new Problem('invalid', 'invalid-signature', 'The header stripe-signature does not fit this body, or is older than five minutes.');
  }
  const event = check(WebhookEvent, parseJson(rawBody), '');
  const status = Object.hasOwn(statuses, event.type) ? statuses[event.type] : undefined;
  if (status === undefined) return { orderId: undefined };
  const { object } = event.data;
  const failure = status === 'failed' ? FailedIntent.safeParse(object).data?.last_payment_error.message : undefined;
  const lastError = status === 'failed' ? { code: 'card-declined', message: failure ?? 'The payment failed.' } : null;
  const intent = await settlePayment({ id: object.id, status, lastError }, now, (sql) => claimEvent(sql, 'payment-webhook', event.id, now));
  return { orderId: intent?.orderId };
}
