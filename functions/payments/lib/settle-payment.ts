import { moveOrder } from '#functions/orders/lib/move-order.ts';
import { type LockedOrder, lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { tryTakeStock } from '#functions/orders/lib/stock.pg.ts';
import { sql as plainSql, type TransactionSql, transaction } from '#platform/db/sql.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { measure } from '#platform/telemetry/measure.ts';
import type { Intent, paymentFailed } from './contract.ts';
import type { ProviderIntent } from './payment-provider.ts';
import { intentOf, type Payment, selectPaymentByIntent, writePaymentStatus } from './payments.pg.ts';
import { completeRefund } from './refund-payment.ts';
import { insertRefund } from './refunds.pg.ts';

/** What the provider says of an intent, by its answer or its webhook. */
export type Verdict = Pick<ProviderIntent, 'id' | 'status' | 'lastError'>;

/**
 * Takes the provider's word on an intent, once, whoever brings it first and however often: the order becomes paid, or the decline is kept.
 * A success that comes late, when the order is cancelled or expired, takes the stock again; where that fails the money goes back.
 * @param alongside runs in the same transaction, first; false means that this word was heard before
 * @returns the intent as it stands now, or undefined when no attempt has it
 */
export async function settlePayment(
  verdict: Verdict,
  now: Date,
  alongside?: (sql: TransactionSql) => Promise<boolean>,
): Promise<Intent | undefined> {
  const attempt = await selectPaymentByIntent(plainSql, verdict.id);
  if (!attempt) return undefined;
  const refundId = await transaction(async (sql) => {
    const order = await lockOrder(sql, attempt.orderId);
    const payment = await selectPaymentByIntent(sql, verdict.id); // again, now that the order's lock holds it still
    if (!order || !payment || isFinal(payment, verdict)) return undefined;
    if (alongside && !(await alongside(sql))) return undefined;
    await writePaymentStatus(sql, payment.id, verdict, now);
    if (verdict.status === 'succeeded') return acceptSuccess(sql, order, payment, now);
    if (verdict.status === 'failed') await emitPaymentFailed(sql, payment, verdict, now);
    return undefined;
  });
  if (refundId !== undefined) await completeRefund(refundId, now);
  const settled = await selectPaymentByIntent(plainSql, verdict.id);
  return settled && intentOf(settled);
}

/** A success is the last word on an attempt; a canceled one can only turn out to have succeeded. */
const isFinal = (payment: Payment, verdict: Verdict) =>
  payment.status === 'succeeded' || (payment.status === 'canceled' && verdict.status !== 'succeeded');

/** @returns the id of a refund to carry out, when the order cannot have the money */
async function acceptSuccess(sql: TransactionSql, order: LockedOrder, payment: Payment, now: Date): Promise<string | undefined> {
  if (order.status === 'pending_payment') {
    await moveOrder(sql, order, 'paid', { actor: 'provider', now });
    return undefined;
  }
  const late = order.status === 'cancelled' || order.status === 'expired';
  if (late && (await tryTakeStock(sql, order.id, order.items, 'provider', now))) {
    await moveOrder(sql, order, 'paid', { actor: 'provider', reason: 'The payment came late; the order is taken up again.', now });
    return undefined;
  }
  const reason = late ? 'The payment came late and the goods are gone.' : 'The order was paid already.';
  return insertRefund(
    sql,
    { orderId: order.id, paymentId: payment.id, amount: payment.amount, currency: payment.currency, reason, actor: 'system' },
    now,
  );
}

async function emitPaymentFailed(sql: TransactionSql, payment: Payment, verdict: Verdict, now: Date): Promise<void> {
  const { orderId, amount, currency } = payment;
  sql.afterCommit(() => measure('payment_failures', 1, { currency }));
  await appendEvent<typeof paymentFailed>(
    sql,
    'payment.failed.v1',
    orderId,
    { orderId, intentId: verdict.id, amount: { amount, currency }, code: verdict.lastError?.code ?? 'unknown' },
    now,
  );
}
