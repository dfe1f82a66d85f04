// GET /api/search: products by words.
import { searchRoute } from '#functions/search/lib/contract.ts';
import { searchProducts } from '#functions/search/lib/search-products.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(searchRoute, async ({ query }) => ({ status: 200, body: await searchProducts(sql, query) }));
