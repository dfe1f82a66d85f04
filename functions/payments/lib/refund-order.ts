import { lockOrder } from '#functions/orders/lib/orders.pg.ts';
import { transaction } from '#platform/db/sql.ts';
import { selectPaid } from './payments.pg.ts';
import { completeRefund } from './refund-payment.ts';
import { insertRefund, selectPendingRefundOf, sumRefunds } from './refunds.pg.ts';

/**
 * Gives back all that is left of what an order was paid with, and moves the order to refunded. A refund that is already on its way is carried
 * on, never doubled.
 * @returns false when there was nothing to give back
 * @throws Problem 503 `provider-unavailable`; the refund is written down and will be carried out
 */
export async function refundWhole(
  orderId: string,
  { actor, reason, now }: { actor: string; reason: string | null; now: Date },
): Promise<boolean> {
  const refundId = await transaction(async (sql) => {
    const order = await lockOrder(sql, orderId);
    const payment = order && (await selectPaid(sql, orderId));
    if (!payment) return undefined;
    const { promised } = await sumRefunds(sql, payment.id);
    const left = payment.amount - promised;
    if (left === 0) return selectPendingRefundOf(sql, payment.id);
    return insertRefund(sql, { orderId, paymentId: payment.id, amount: left, currency: payment.currency, reason, actor }, now);
  });
  if (refundId === undefined) return false;
  await completeRefund(refundId, now);
  return true;
}
