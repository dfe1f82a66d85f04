// POST /api/orders/{id}/cancel: end an order that is not shipped.
import { cancelOrder } from '#functions/orders/lib/cancel-order.ts';
import { cancelOrderRoute } from '#functions/orders/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(cancelOrderRoute, async ({ params, body, orderToken, shopper, now, signal, note }) => {
  note({ order_id: params.id });
  return { status: 200, body: await cancelOrder(sql, { id: params.id, ...body }, { access: { orderToken, shopper }, now, signal }) };
});
