// GET /api/notifications/mailbox/{id}: one mail or text message, as it was written.
import { getNotificationRoute } from '#functions/notifications/lib/contract.ts';
import { getNotification } from '#functions/notifications/lib/read-mailbox.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getNotificationRoute, async ({ params }) => ({ status: 200, body: await getNotification(sql, params.id) }));
