import { moveOrder } from '#functions/orders/lib/move-order.ts';
import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { sql as plainSql, transaction } from '#platform/db/sql.ts';
import { selectLivePayment, writePaymentStatus } from './payments.pg.ts';
import { provider } from './provider.ts';
import { settlePayment } from './settle-payment.ts';

/**
 * Cancels or expires an unpaid order: the intent is canceled at the provider first, then the stock goes back. When the intent turns out to
 * have succeeded, the order becomes paid instead.
 * @returns whether the order was closed; false means that it changed meanwhile: look again
 * @throws Problem 503 `provider-unavailable`; the order stays as it is
 */
export async function closeUnpaid(
  orderId: string,
  to: 'cancelled' | 'expired',
  by: { actor: string; reason: string | null; now: Date },
): Promise<boolean> {
  const attempt = await selectLivePayment(plainSql, orderId);
  if (attempt?.intentId) {
    const intent = await provider().cancelIntent(attempt.intentId);
    if (intent.status === 'succeeded') {
      await settlePayment(intent, by.now);
      return false;
    }
  }
  return transaction(async (sql) => {
    const order = await lockOrder(sql, orderId);
    const live = await selectLivePayment(sql, orderId);
    // No open attempt any more is no change: a confirm may have heard of our cancelling first.
    const changed = live !== undefined && (live.id !== attempt?.id || live.intentId !== attempt.intentId);
    if (order?.status !== 'pending_payment' || changed) return false;
    if (live) await writePaymentStatus(sql, live.id, { status: 'canceled', lastError: null }, by.now);
    await moveOrder(sql, order, to, by);
    return true;
  });
}
