// POST /api/payment/webhook: what the payment provider has to say.
import { paymentWebhookRoute } from '#functions/payments/lib/contract.ts';
import { receiveWebhook } from '#functions/payments/lib/receive-webhook.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(paymentWebhookRoute, async ({ rawBody, headers, now, signal, note }) => {
  const { orderId } = await receiveWebhook({ rawBody, signature: headers['stripe-signature'] }, { now, signal });
  note({ order_id: orderId });
  return { status: 200, body: { received: true } };
});
