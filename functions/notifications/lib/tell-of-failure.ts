import type { TransactionSql } from '#platform/db/sql.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { type Channel, type NotificationKind, notificationFailed } from './contract.ts';

/** A notification that has failed for good. */
export interface FailedNotification {
  id: string;
  kind: NotificationKind;
  channel: Channel;
  orderId: string | null;
}

/** Emits `notification.failed.v1`, in the transaction that marks the notification as failed. @param reason in the words of who refused it */
export async function tellOfFailure(
  sql: TransactionSql,
  { id, kind, channel, orderId }: FailedNotification,
  reason: string,
  now: Date,
): Promise<void> {
  await appendEvent(sql, notificationFailed, id, { notificationId: id, kind, channel, orderId, reason }, now);
}
