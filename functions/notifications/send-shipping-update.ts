// POST /api/notifications/shipping-update: an admin has news of an order's parcel sent (again).
import { sendShippingUpdateRoute } from '#functions/notifications/lib/contract.ts';
import { sendShippingUpdate } from '#functions/notifications/lib/send-again.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(sendShippingUpdateRoute, async ({ body, shopper, now, note }) => {
  note({ order_id: body.orderId });
  return { status: 202, body: await sendShippingUpdate(body, { shopper, now }) };
});
