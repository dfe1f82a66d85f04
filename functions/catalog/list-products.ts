// GET /api/products: a page of the catalog.
import { listProductsRoute } from '#functions/catalog/lib/contract.ts';
import { listProducts } from '#functions/catalog/lib/list-products.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listProductsRoute, async ({ query, note }) => ({
  status: 200,
  body: await readThrough({ name: 'products', asked: query, note }, () => listProducts(sql, query)),
}));
