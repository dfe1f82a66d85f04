// GET /api/admin/dead-letters: the messages that consumers could not handle.
import { listDeadLettersRoute } from '#functions/ops/lib/contract.ts';
import { listDeadLetters } from '#functions/ops/lib/list-dead-letters.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listDeadLettersRoute, async ({ query }) => ({ status: 200, body: await listDeadLetters(sql, query) }));
