import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Channel, NotificationKind, NotificationStatus } from './contract.ts';

/** A notification before it is written. Mails have a subject and HTML, text messages neither. */
export interface NewNotification {
  /** Given where somebody knows it already (`notification.requested.v1`). */
  id?: string;
  kind: NotificationKind;
  channel: Channel;
  /** A mail address, or a phone number. */
  recipient: string;
  orderId: string | null;
  userId: string | null;
  subject: string | null;
  html: string | null;
  text: string;
  /** A mail's headers besides From, To and Subject. */
  headers: Record<string, string>;
}

/** Writes what an event is told by, as `pending`. A notification of the same event, kind, channel and recipient that is there already stays. */
export async function insertNotification(sql: Sql, eventId: string, notification: NewNotification, now: Date): Promise<void> {
  const { id = newId(), kind, channel, recipient, orderId, userId, subject, html, text, headers } = notification;
  await sql(
    `insert into notifications (id, kind, channel, recipient, event_id, order_id, user_id, subject, html, text, headers, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
    [id, kind, channel, recipient, eventId, orderId, userId, subject, html, text, headers, now],
  );
}

/** Whether an order has a notification of a kind already. */
export async function hasNotification(sql: Sql, orderId: string, kind: NotificationKind): Promise<boolean> {
  const [row] = await sql<{ found: boolean }>('select exists (select from notifications where order_id = $1 and kind = $2) as found', [
    orderId,
    kind,
  ]);
  return row?.found === true;
}

/** A notification that this process alone may send for now. */
export interface Unsent {
  id: string;
  kind: NotificationKind;
  channel: Channel;
  recipient: string;
  orderId: string | null;
  subject: string | null;
  html: string | null;
  text: string;
  headers: Record<string, string>;
}

/**
 * Takes an event's notifications that are not sent yet, each for so long that nobody else sends it too: when the process dies meanwhile, the next
 * one takes it after that time.
 * @returns `held`: how many others somebody else is sending
 */
export async function takeUnsent(sql: Sql, eventId: string, forMs: number): Promise<{ taken: Unsent[]; held: number }> {
  const rows = await sql<Partial<Unsent> & { pending: number }>(
    `with taken as (
       update notifications set tries = tries + 1, sending_until = clock_timestamp() + make_interval(secs => $2 / 1000.0)
        where event_id = $1 and status = 'pending' and (sending_until is null or sending_until < clock_timestamp())
       returning id, kind, channel, recipient, order_id as "orderId", subject, html, text, headers)
     select taken.*, (select count(*)::integer from notifications where event_id = $1 and status = 'pending') as pending
       from (values (1)) as one left join taken on true`,
    [eventId, forMs],
  );
  const taken = rows.flatMap(({ pending: _, ...row }) => (row.id ? [row as Unsent] : []));
  return { taken, held: (rows[0]?.pending ?? 0) - taken.length };
}

/**
 * Notes what became of a notification. One that was reported as failed or sent meanwhile stays so.
 * @param sentAt only with `sent`
 * @returns whether it was pending until now
 */
export async function markNotification(
  sql: Sql,
  id: string,
  {
    status,
    reason = null,
    providerId = null,
    sentAt = null,
  }: { status: NotificationStatus; reason?: string | null; providerId?: string | null; sentAt?: Date | null },
): Promise<boolean> {
  const marked = await sql(
    `update notifications set status = $2, reason = $3, provider_id = $4, sent_at = $5, sending_until = null
      where id = $1 and status = 'pending' returning 1 as marked`,
    [id, status, reason, providerId, sentAt],
  );
  return marked.length === 1;
}

/** Until this transaction ends, no other one decides what is told of the order. Call it as a statement of its own, before reading what was told. */
export async function lockNotifications(sql: TransactionSql, orderId: string): Promise<void> {
  await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`notifications:${orderId}`]);
}

/** Deletes notifications that were written before an instant, whatever became of them. */
export const deleteNotifications = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'notifications', instant: 'created_at' }, before, limit);
