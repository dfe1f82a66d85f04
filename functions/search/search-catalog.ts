// GET /api/products/search: products by words, under the catalog's path.
import { searchProductsRoute } from '#functions/search/lib/contract.ts';
import { searchProducts } from '#functions/search/lib/search-products.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(searchProductsRoute, async ({ query }) => ({ status: 200, body: await searchProducts(sql, query) }));
