import { maySee, type OrderAccess } from '#functions/orders/lib/read-order.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import type { confirmPaymentRoute, Intent } from './contract.ts';
import type { Refusal } from './payment-provider.ts';
import { intentOf, selectPaymentWithOrder } from './payments.pg.ts';
import { paymentRefused, providerOf, providerUnavailable } from './provider.ts';
import { canceled, settlePayment } from './settle-payment.ts';

/**
 * Pays an intent with a payment method. A decline is no error: the intent says so and can be tried again.
 * @throws Problem 404 `payment-not-found`; 409 `not-payable`; 422 `unknown-payment-method`, `payment-refused`; 503 `provider-unavailable`
 */
export async function confirmPayment(
  sql: Sql,
  { intentId, paymentMethod }: Body<typeof confirmPaymentRoute>,
  { access, now, signal }: { access: OrderAccess; now: Date; signal: AbortSignal },
): Promise<Intent> {
  const payment = await selectPaymentWithOrder(sql, intentId);
  if (!payment || !maySee(access, payment.orderId, payment.userId)) {
    throw new Problem('missing', 'payment-not-found', 'There is no payment with this intent, or it is not yours.');
  }
  if (payment.status === 'succeeded') return intentOf(payment);
  if (payment.status === 'canceled' || payment.orderStatus !== 'pending_payment') {
    throw notPayable(`This order is ${payment.orderStatus}: this payment cannot be confirmed any more.`);
  }
  const outcome = await providerOf(payment).confirmIntent(intentId, paymentMethod, signal);
  if (outcome.outcome === 'away') throw providerUnavailable(outcome.cause);
  if (outcome.outcome === 'refused' && outcome.code !== 'unknown-intent') throw refusal(outcome);
  const settled = await settlePayment(payment, outcome.outcome === 'done' ? outcome.value : canceled, { now, signal });
  if (settled.status === 'canceled') throw notPayable('This payment was canceled. Please begin to pay anew.');
  return intentOf(settled);
}

const notPayable = (detail: string) => new Problem('conflict', 'not-payable', detail);

function refusal(outcome: Refusal): Problem {
  if (outcome.code !== 'unknown-payment-method') return paymentRefused(outcome);
  return new Problem('unprocessable', 'unknown-payment-method', 'The payment provider does not know this payment method.', {
    errors: [{ pointer: '/paymentMethod', message: outcome.message }],
  });
}
