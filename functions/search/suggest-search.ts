// GET /api/search/suggest: searches, products and categories for what is typed so far.
import { suggestSearchRoute } from '#functions/search/lib/contract.ts';
import { suggestSearch } from '#functions/search/lib/suggest-search.ts';
import { readThrough } from '#platform/cache/read-through.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(suggestSearchRoute, async ({ query, note }) => ({
  status: 200,
  body: await readThrough({ name: 'suggest', asked: query, note }, () => suggestSearch(sql, query)),
}));
