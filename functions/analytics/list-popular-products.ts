// GET /api/analytics/popular-products: what sold best.
import { listPopularProductsRoute } from '#functions/analytics/lib/contract.ts';
import { listPopularProducts } from '#functions/analytics/lib/list-popular-products.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listPopularProductsRoute, async ({ query, now }) => ({
  status: 200,
  body: await listPopularProducts(sql, query, now),
}));
