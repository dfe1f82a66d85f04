import { selectOrder } from '#functions/orders/lib/orders.pg.ts';
import { maySee, type OrderAccess } from '#functions/orders/lib/read-order.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import type { confirmPaymentRoute, Intent } from './contract.ts';
import { intentOf, selectPaymentByIntent } from './payments.pg.ts';
import { provider } from './provider.ts';
import { settlePayment } from './settle-payment.ts';

/**
 * Pays an intent with a payment method. A decline is no error: the intent says so and can be tried again.
 * @throws Problem 404 `payment-not-found`; 409 `not-payable`; 422 `unknown-payment-method`; 503 `provider-unavailable`
 */
export async function confirmPayment(
  sql: Sql,
  { intentId, paymentMethod }: Body<typeof confirmPaymentRoute>,
  { access, now }: { access: OrderAccess; now: Date },
): Promise<Intent> {
  const payment = await selectPaymentByIntent(sql, intentId);
  const found = payment && (await selectOrder(sql, payment.orderId));
  if (!payment || !found || !maySee(access, payment.orderId, found.userId)) {
    throw new Problem('missing', 'payment-not-found', 'There is no payment with this intent, or it is not yours.');
  }
  if (payment.status === 'succeeded') return intentOf(payment);
  if (payment.status === 'canceled' || found.order.status !== 'pending_payment') {
    throw new Problem('conflict', 'not-payable', `This order is ${found.order.status}: this payment cannot be confirmed any more.`);
  }
  const verdict = await provider().confirmIntent(intentId, paymentMethod);
  const settled = await settlePayment(verdict, now);
  if (settled?.status === 'canceled') throw new Problem('conflict', 'not-payable', 'This payment was canceled.');
  if (!settled) throw new Error('The payment just confirmed is not there');
  return settled;
}
