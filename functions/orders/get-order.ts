// GET /api/orders/{id}: an order, for its buyer and for admins.
import { getOrderRoute } from '#functions/orders/lib/contract.ts';
import { findOrder, orderVersion } from '#functions/orders/lib/read-order.ts';
import { sql } from '#platform/db/sql.ts';
import { unlessKnown } from '#platform/http/conditional.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getOrderRoute, ({ params: { id }, headers, orderToken, shopper, note }) => {
  note({ order_id: id });
  const access = { orderToken, shopper };
  return unlessKnown(headers['if-none-match'], {
    version: () => orderVersion(sql, id, access),
    read: () => findOrder(sql, id, access),
  });
});
