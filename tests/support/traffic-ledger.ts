/** What shoppers were told while traffic ran, and whether it is true afterwards. */
import type { Answered } from '#functions/demo/lib/traffic/send-traffic.ts';

/** An answer that a shopper got. */
export interface Noted {
  /** Milliseconds since 1970. */
  at: number;
  route: string;
  /** 0: none came. */
  status: number;
  retryAfterMs: number | undefined;
  ms: number;
  /** The code of what went wrong; undefined for 2xx, and for a refusal that belongs to the journey. */
  failure: string | undefined;
}

export interface Ledger {
  answers: Noted[];
  /** Orders that were answered with 201, by id; `paid` where a confirmation said `succeeded`. */
  orders: Map<string, { paid: boolean }>;
  /** `Idempotency-Key`s that orders were sent with. */
  orderKeys: Set<string>;
  /** For `sendTraffic`: takes each answer. */
  note(answer: Answered): void;
}

export function newLedger(): Ledger {
  const ledger: Ledger = {
    answers: [],
    orders: new Map(),
    orderKeys: new Set(),
    note({ step: { route, headers }, reply: { status, body, retryAfterMs }, ms, failure }) {
      ledger.answers.push({ at: Date.now(), route, status, retryAfterMs, ms, failure });
      const key = headers['idempotency-key'];
      if (route === 'POST /api/orders' && key !== undefined) ledger.orderKeys.add(key);
      if (route === 'POST /api/orders' && status === 201) ledger.orders.set((body as { id: string }).id, { paid: false });
      const intent = body as { orderId: string; status: string } | undefined;
      if (route === 'POST /api/payment/confirm' && intent?.status === 'succeeded') ledger.orders.set(intent.orderId, { paid: true });
    },
  };
  return ledger;
}

type Query = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

/**
 * What was accepted and is lost, or was done more often than it was asked for; empty where all is as shoppers were told.
 * @param mails how the e-mail addresses of these shoppers' orders end
 */
export async function brokenPromises(query: Query, { orders, orderKeys }: Ledger, mails: string): Promise<string[]> {
  const rows = await query<{ id: string; status: string }>('select id, status from orders where email like $1', [`%${mails}`]);
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  const faults: string[] = [];
  for (const [id, { paid }] of orders) {
    const status = statuses.get(id);
    if (status === undefined) faults.push(`order ${id} was accepted and is lost`);
    else if (paid && status !== 'paid') faults.push(`order ${id} was paid and is ${status}`);
  }
  if (rows.length > orderKeys.size) faults.push(`${rows.length} orders were made of ${orderKeys.size} that were asked for`);
  return faults;
}
