// GET /api/search: products by words.
import { tagsOfCatalog } from '#functions/catalog/lib/copies.redis.ts';
import { searchRoute } from '#functions/search/lib/contract.ts';
import { searchProducts } from '#functions/search/lib/search-products.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(searchRoute, async ({ query, note }) => ({
  status: 200,
  body: await readThrough({ name: 'search', asked: query, tags: tagsOfCatalog, note }, () => searchProducts(sql, query)),
}));
