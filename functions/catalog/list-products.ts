// GET /api/products: a page of the catalog.
import { listProductsRoute } from '#functions/catalog/lib/contract.ts';
import { listProducts } from '#functions/catalog/lib/list-products.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listProductsRoute, async ({ query }) => ({ status: 200, body: await listProducts(sql, query) }));
