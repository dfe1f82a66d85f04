// GET /api/orders: your orders.
import { listOrdersRoute } from '#functions/orders/lib/contract.ts';
import { listOrders } from '#functions/orders/lib/read-order.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listOrdersRoute, async ({ query, shopper }) => ({
  status: 200,
  body: await listOrders(sql, query, { shopper }),
}));
