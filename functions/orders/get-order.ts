// GET /api/orders/{id}: an order, for its buyer and for admins.
import { getOrderRoute } from '#functions/orders/lib/contract.ts';
import { readOrder } from '#functions/orders/lib/read-order.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getOrderRoute, async ({ params, orderToken, shopper, note }) => {
  note({ order_id: params.id });
  return { status: 200, body: await readOrder(sql, params.id, { orderToken, shopper }) };
});
