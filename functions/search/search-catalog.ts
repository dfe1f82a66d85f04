// GET /api/products/search: products by words, under the catalog's path.
import { answerSearch } from '#functions/search/lib/answer-search.ts';
import { searchProductsRoute } from '#functions/search/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(searchProductsRoute, async ({ query, note }) => ({
  status: 200,
  body: await answerSearch(sql, query, { note }),
}));
