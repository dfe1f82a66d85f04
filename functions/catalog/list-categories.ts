// GET /api/categories: the catalog's categories.
import { listCategoriesRoute } from '#functions/catalog/lib/contract.ts';
import { tagsOfCatalog } from '#functions/catalog/lib/copies.redis.ts';
import { listCategories } from '#functions/catalog/lib/read-categories.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listCategoriesRoute, async ({ query, note }) => ({
  status: 200,
  body: await readThrough({ name: 'categories', asked: query, tags: tagsOfCatalog, note }, () => listCategories(sql, query)),
}));
