// POST /api/payment/confirm: pay an intent with a payment method.
import { confirmPayment } from '#functions/payments/lib/confirm-payment.ts';
import { confirmPaymentRoute } from '#functions/payments/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(confirmPaymentRoute, async ({ body, orderToken, shopper, now, signal, note }) => {
  const intent = await confirmPayment(sql, body, { access: { orderToken, shopper }, now, signal });
  note({ order_id: intent.orderId, payment_status: intent.status });
  return { status: 200, body: intent };
});
