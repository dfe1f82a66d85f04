// GET /api/search: products by words.
import { answerSearch } from '#functions/search/lib/answer-search.ts';
import { searchRoute } from '#functions/search/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(searchRoute, async ({ query, note }) => ({ status: 200, body: await answerSearch(sql, query, { note }) }));
