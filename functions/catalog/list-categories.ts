// GET /api/categories: the catalog's categories.
import { listCategoriesRoute } from '#functions/catalog/lib/contract.ts';
import { listCategories } from '#functions/catalog/lib/read-categories.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listCategoriesRoute, async ({ query }) => ({ status: 200, body: await listCategories(sql, query) }));
