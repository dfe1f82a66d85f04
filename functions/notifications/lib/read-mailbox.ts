import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { getNotificationRoute, listMailboxRoute } from './contract.ts';
import { mailboxOrder, selectMailbox, selectNotification } from './mailbox.pg.ts';

/** A page of what was written to people, newest first. */
export function listMailbox(
  sql: Sql,
  { to, orderId, ...paging }: Query<typeof listMailboxRoute>,
): Promise<AnswerOf<typeof listMailboxRoute>> {
  const filters = { to, orderId };
  return listPage(paging, {
    order: mailboxOrder,
    filters,
    select: (slice) => selectMailbox(sql, filters, slice),
    sortValue: (notification) => notification.createdAt,
    itemOf: (notification) => notification,
  });
}

/** @throws Problem 404 `notification-not-found` */
export async function getNotification(sql: Sql, id: string): Promise<AnswerOf<typeof getNotificationRoute>> {
  const found = await selectNotification(sql, id);
  if (!found) throw new Problem('missing', 'notification-not-found', 'There is no mail or text message with this id.');
  return found;
}
