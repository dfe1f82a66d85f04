// GET /api/categories/{id}: one category.
import { getCategoryRoute } from '#functions/catalog/lib/contract.ts';
import { tagsOfCatalog } from '#functions/catalog/lib/copies.redis.ts';
import { getCategory } from '#functions/catalog/lib/read-categories.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getCategoryRoute, async ({ params, note }) => ({
  status: 200,
  body: await readThrough({ name: 'category', asked: params, tags: tagsOfCatalog, note }, () => getCategory(sql, params.id)),
}));
