// GET /api/categories/{id}: one category.
import { getCategoryRoute } from '#functions/catalog/lib/contract.ts';
import { getCategory } from '#functions/catalog/lib/read-categories.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getCategoryRoute, async ({ params }) => ({ status: 200, body: await getCategory(sql, params) }));
