// POST /api/payment/refund: an admin gives money back.
import { refundOrderRoute } from '#functions/payments/lib/contract.ts';
import { refundOrder } from '#functions/payments/lib/refund-order.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(refundOrderRoute, async ({ body, idempotencyKey: key, shopper, now, signal, note }) => {
  note({ order_id: body.orderId });
  const refund = await refundOrder(body, { key, shopper, now, signal });
  note({ refund_id: refund.id });
  return { status: 201, body: refund };
});
