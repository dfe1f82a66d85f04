import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Channel, NotificationKind } from './contract.ts';

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

/** Deletes notifications that were written before an instant, whatever became of them. */
export const deleteNotifications = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'notifications', instant: 'created_at' }, before, limit);
