// GET /api/notifications/mailbox: what the shop wrote to people.
import { listMailboxRoute } from '#functions/notifications/lib/contract.ts';
import { listMailbox } from '#functions/notifications/lib/read-mailbox.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(listMailboxRoute, async ({ query }) => ({ status: 200, body: await listMailbox(sql, query) }));
