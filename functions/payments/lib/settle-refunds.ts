import { moveOrder } from '#functions/orders/lib/move-order.ts';
import { mayBecome } from '#functions/orders/lib/order-states.ts';
import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { log } from '#platform/telemetry/log.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { paymentRefunded, refundFailed } from './contract.ts';
import type { ProviderRefund } from './payment-provider.ts';
import { hasOtherSuccess, type Payment } from './payments.pg.ts';
import { insertRefund, type RefundRow, selectRefundsOf, writeRefund } from './refunds.pg.ts';

/** A refund's status at the provider. Without `id` the provider refused it and has no record of it. */
export type RefundNews = Omit<ProviderRefund, 'id'> & { id: string | null };

/** A refund only moves on in this order, so it does not matter in which order its news arrive, or how often. */
const order = { pending: 0, succeeded: 1, failed: 2 } as const;

/**
 * Writes the provider's statuses of a payment's refunds, in one transaction under the order's lock. A failed refund frees its amount; when all of the
 * payment was given back, the order becomes refunded. A refund that we did not ask for (made in the provider's
 * dashboard) gets a row of its own.
 * @returns all refunds of the payment as they stand after it
 */
export function settleRefunds(payment: Payment, news: readonly RefundNews[], now: Date): Promise<RefundRow[]> {
  return transaction(async (sql) => {
    const locked = await lockOrder(sql, payment.orderId);
    if (!locked) throw new Error('The order of a payment is not there');
    const rows = await selectRefundsOf(sql, payment.id);
    let last: RefundRow | undefined;
    for (const item of news) {
      const row = await settleOne(sql, payment, item, rows, now);
      if (row?.status === 'succeeded') last = row;
    }
    const given = rows.reduce((total, { status, amount }) => total + (status === 'succeeded' ? amount : 0), 0);
    // An order that was paid twice stays paid when one payment is refunded.
    if (!last || given < payment.amount || !mayBecome(locked.status, 'refunded')) return rows;
    if (await hasOtherSuccess(sql, payment.orderId, payment.id)) return rows;
    await moveOrder(sql, locked, 'refunded', { actor: last.actor, reason: last.reason, keepsGoods: last.byAmount, now });
    return rows;
  });
}

/** @returns the refund whose status changed; undefined when nothing did */
async function settleOne(
  sql: TransactionSql,
  payment: Payment,
  news: RefundNews,
  rows: RefundRow[],
  now: Date,
): Promise<RefundRow | undefined> {
  const made = rows.find(({ providerRefundId }) => providerRefundId !== null && providerRefundId === news.id);
  const asked = rows.find(({ id }) => id === news.key);
  if (made && asked && made !== asked) await settle(sql, asked, recordedElsewhere(asked), now);
  const row = made ?? asked;
  if (row) return (await settle(sql, row, news, now)) ? row : undefined;
  // Nothing is known about the goods, so no stock comes back: `byAmount`.
  const refund = { amount: news.amount, reason: 'It was given back at the payment provider.', actor: 'provider', byAmount: true };
  const { id: providerRefundId, status, failure } = news;
  const foreign = await insertRefund(sql, payment, refund, now, { providerRefundId, status, failure });
  rows.push(foreign);
  await emitRefundEvent(sql, foreign, now);
  return foreign;
}

/** @returns whether the refund's status changed */
async function settle(sql: TransactionSql, row: RefundRow, news: RefundNews, now: Date): Promise<boolean> {
  const isNews = order[news.status] > order[row.status];
  const isKnown = news.id === null || news.id === row.providerRefundId;
  if (!isNews && isKnown) return false;
  const { status, failure } = isNews ? news : row;
  await writeRefund(sql, row.id, { id: news.id, status, failure }, now);
  Object.assign(row, { status, failure, providerRefundId: news.id ?? row.providerRefundId });
  if (isNews) await emitRefundEvent(sql, row, now);
  return isNews;
}

async function emitRefundEvent(
  sql: TransactionSql,
  { id, orderId, amount, currency, status, failure }: RefundRow,
  now: Date,
): Promise<void> {
  const data = { orderId, refundId: id, amount: { amount, currency } };
  if (status === 'succeeded') await appendEvent(sql, paymentRefunded, orderId, data, now);
  if (status === 'failed') {
    const code = failure?.code ?? 'unknown';
    sql.afterCommit(() => {
      log('warn', 'a refund failed', { order_id: orderId, refund_id: id, code });
      measure('refunds_failed', 1);
    });
    await appendEvent(sql, refundFailed, orderId, { ...data, code }, now);
  }
}

const recordedElsewhere = ({ id, amount }: RefundRow): RefundNews => ({
  id: null,
  key: id,
  amount,
  status: 'failed',
  failure: { code: 'already-refunded', message: 'It is recorded as another refund of this order.' },
});
