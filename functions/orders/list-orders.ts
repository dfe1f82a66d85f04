// GET /api/orders: your orders.
import { listOrdersRoute } from '#functions/orders/lib/contract.ts';
import { listOrders, orderListVersion } from '#functions/orders/lib/read-order.ts';
import { sql } from '#platform/db/sql.ts';
import { unlessKnown } from '#platform/http/conditional.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listOrdersRoute, ({ query, headers, shopper }) =>
  unlessKnown(headers['if-none-match'], {
    version: () => orderListVersion(sql, query, { shopper }),
    read: () => listOrders(sql, query, { shopper }),
  }),
);
