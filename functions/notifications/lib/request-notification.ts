import type { TransactionSql } from '#platform/db/sql.ts';
import type { EventData } from '#platform/events/contract.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import { newId } from '#platform/ids.ts';
import { notificationRequested } from './contract.ts';

/**
 * Asks for a mail about an order. `notify-people` writes and sends it, on the same path as every other: a route loads no mail templates for it.
 * The caller has checked that the order is there.
 * @returns the id that the mail will have
 */
export async function requestNotification(
  sql: TransactionSql,
  request: Omit<EventData<typeof notificationRequested>, 'notificationId'>,
  { now }: { now: Date },
): Promise<string> {
  const notificationId = newId();
  await appendEvent(sql, notificationRequested, request.orderId, { ...request, notificationId }, now);
  return notificationId;
}
