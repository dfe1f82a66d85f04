import type { beginning } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Currency } from '#platform/money.ts';
import type { Refund } from './contract.ts';

/** Money to give back, as it is kept. It is written down before the provider is asked; its id is the key under which the provider is asked. */
export interface RefundRow {
  id: string;
  orderId: string;
  paymentId: string;
  intentId: string;
  amount: number;
  currency: Currency;
  reason: string | null;
  actor: string;
  status: Refund['status'];
  failure: Refund['failure'];
  createdAt: string;
}

const columns = `r.id, r.order_id as "orderId", r.payment_id as "paymentId", p.intent_id as "intentId", r.amount, r.currency, r.reason, r.actor, r.status, r.failure,
  r.created_at as "createdAt"`;

export async function insertRefund(
  sql: Sql,
  refund: { orderId: string; paymentId: string; amount: number; currency: Currency; reason: string | null; actor: string },
  now: Date,
): Promise<string> {
  const id = newId();
  await sql(
    `insert into refunds (id, order_id, payment_id, amount, currency, reason, actor, status, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $8)`,
    [id, refund.orderId, refund.paymentId, refund.amount, refund.currency, refund.reason, refund.actor, now],
  );
  return id;
}

export async function selectRefund(sql: Sql, id: string): Promise<RefundRow | undefined> {
  const [refund] = await sql<RefundRow>(`select ${columns} from refunds r join payments p on p.id = r.payment_id where r.id = $1`, [id]);
  return refund;
}

/** What a payment has given back or is about to. */
export async function sumRefunds(sql: Sql, paymentId: string): Promise<{ promised: number; succeeded: number }> {
  const [row] = await sql<{ promised: number; succeeded: number }>(
    `select coalesce(sum(amount) filter (where status <> 'failed'), 0)::bigint as promised,
            coalesce(sum(amount) filter (where status = 'succeeded'), 0)::bigint as succeeded
       from refunds where payment_id = $1`,
    [paymentId],
  );
  return row ?? { promised: 0, succeeded: 0 };
}

export const selectPendingRefunds = (sql: Sql, before: Date, after: typeof beginning, limit: number): Promise<(typeof beginning)[]> =>
  sql(
    `select id, created_at from refunds where status = 'pending' and created_at < $1 and (created_at, id) > ($2::timestamptz, $3::uuid)
      order by created_at, id limit $4`,
    [before, after.created_at, after.id, limit],
  );

/** @returns whether this call was the one that completed it */
export async function markRefunded(sql: Sql, id: string, providerRefundId: string, now: Date): Promise<boolean> {
  const rows = await sql(
    `update refunds set status = 'succeeded', provider_refund_id = $2, updated_at = $3 where id = $1 and status = 'pending' returning 1 as done`,
    [id, providerRefundId, now],
  );
  return rows.length === 1;
}

/** The refund of a payment that is still to be carried out, if any. */
export async function selectPendingRefundOf(sql: Sql, paymentId: string): Promise<string | undefined> {
  const [row] = await sql<{ id: string }>(
    `select id from refunds where payment_id = $1 and status = 'pending' order by created_at limit 1`,
    [paymentId],
  );
  return row?.id;
}

/** A refund as the API shows it. */
export function refundOf({ id, orderId, amount, currency, status, reason, failure, createdAt }: RefundRow): Refund {
  return { id, orderId, amount: { amount, currency }, status, reason, failure, createdAt };
}
