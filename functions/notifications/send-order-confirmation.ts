// POST /api/notifications/order-confirmation: an admin has an order confirmed (again).
import { sendOrderConfirmationRoute } from '#functions/notifications/lib/contract.ts';
import { sendOrderConfirmation } from '#functions/notifications/lib/send-again.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(sendOrderConfirmationRoute, async ({ body, shopper, now, note }) => {
  note({ order_id: body.orderId });
  return { status: 202, body: await sendOrderConfirmation(body, { shopper, now }) };
});
