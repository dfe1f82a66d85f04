// POST /api/payment/create-intent: begin to pay an order.
import { createIntentRoute } from '#functions/payments/lib/contract.ts';
import { createIntent } from '#functions/payments/lib/create-intent.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(createIntentRoute, ({ body, idempotencyKey: key, orderToken, shopper, now, signal, note }) => {
  note({ order_id: body.orderId });
  return createIntent(body, { key, now, signal, access: { orderToken, shopper } });
});
