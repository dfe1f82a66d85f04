// GET /api/admin/synonyms: what shoppers say and what is meant by it.
import { listSynonymsRoute } from '#functions/search/lib/contract.ts';
import { listSynonyms } from '#functions/search/lib/list-synonyms.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listSynonymsRoute, async ({ query }) => ({ status: 200, body: await listSynonyms(sql, query) }));
