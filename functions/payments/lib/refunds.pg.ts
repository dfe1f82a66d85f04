import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Currency } from '#platform/money.ts';
import type { Refund } from './contract.ts';
import type { ProviderRefund } from './payment-provider.ts';
import type { Payment } from './payments.pg.ts';

/** A refund's row. It is committed before the provider is asked; its id is the idempotency key of that call. */
export interface RefundRow {
  id: string;
  orderId: string;
  paymentId: string;
  amount: number;
  currency: Currency;
  reason: string | null;
  actor: string;
  status: Refund['status'];
  failure: Refund['failure'];
  /** The provider's id, once it has the refund. */
  providerRefundId: string | null;
  /** Asked for by amount: the goods stay with the shopper, so no stock comes back. */
  byAmount: boolean;
  createdAt: string;
}

const columns = `r.id, r.order_id as "orderId", r.payment_id as "paymentId", r.amount, r.currency, r.reason, r.actor, r.status, r.failure,
  r.provider_refund_id as "providerRefundId", r.by_amount as "byAmount", r.created_at as "createdAt"`;

/** Inserts a refund: pending, or with the provider's status when it was made there. */
export async function insertRefund(
  sql: Sql,
  { id: paymentId, orderId, currency }: Pick<Payment, 'id' | 'orderId' | 'currency'>,
  refund: { amount: number; reason: string | null; actor: string; byAmount: boolean },
  now: Date,
  made: Pick<RefundRow, 'providerRefundId' | 'status' | 'failure'> = { providerRefundId: null, status: 'pending', failure: null },
): Promise<RefundRow> {
  const [row] = await sql<RefundRow>(
    `insert into refunds as r (id, order_id, payment_id, amount, currency, reason, actor, by_amount, provider_refund_id, status, failure, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) returning ${columns}`,
    [
      newId(),
      orderId,
      paymentId,
      refund.amount,
      currency,
      refund.reason,
      refund.actor,
      refund.byAmount,
      made.providerRefundId,
      made.status,
      made.failure,
      now,
    ],
  );
  return row as RefundRow;
}

export async function selectRefund(sql: Sql, id: string): Promise<RefundRow | undefined> {
  const [refund] = await sql<RefundRow>(`select ${columns} from refunds r where r.id = $1`, [id]);
  return refund;
}

/** All refunds of a payment, oldest first. */
export const selectRefundsOf = (sql: Sql, paymentId: string): Promise<RefundRow[]> =>
  sql(`select ${columns} from refunds r where r.payment_id = $1 order by r.created_at, r.id`, [paymentId]);

export async function writeRefund(
  sql: Sql,
  id: string,
  { id: providerRefundId, status, failure }: Pick<ProviderRefund, 'status' | 'failure'> & { id: string | null },
  now: Date,
): Promise<void> {
  await sql(
    'update refunds set provider_refund_id = coalesce($2, provider_refund_id), status = $3, failure = $4, updated_at = $5 where id = $1',
    [id, providerRefundId, status, failure, now],
  );
}

/**
 * Takes the pending refund that waited longest for its turn, so that one which hangs does not block the others. Refunds younger than 30 s
 * are still with the request that wrote them (its function ends after 29 s). One that is pending at the provider is asked for every
 * 15 minutes, as a fallback for its webhook.
 * @returns its id; undefined when none is left for this run
 */
export async function claimPendingRefund(sql: Sql, now: Date): Promise<string | undefined> {
  const [row] = await sql<{ id: string }>(
    `update refunds set tried_at = $1 where id = (
       select id from refunds where status = 'pending' and created_at < $1::timestamptz - interval '30 seconds'
          and (tried_at is null or tried_at < $1::timestamptz - case when provider_refund_id is null then interval '0' else interval '15 minutes' end)
        order by tried_at nulls first, created_at limit 1 for update skip locked)
     returning id`,
    [now],
  );
  return row?.id;
}

/** A refund as the API shows it. */
export function refundOf({ id, orderId, amount, currency, status, reason, failure, createdAt }: RefundRow): Refund {
  return { id, orderId, amount: { amount, currency }, status, reason, failure, createdAt };
}
