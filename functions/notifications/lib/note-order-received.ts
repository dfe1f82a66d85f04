import type { orderEvents } from '#functions/orders/lib/contract.ts';
import { selectOrder } from '#functions/orders/lib/orders.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { insertNotification } from './notifications.pg.ts';

/** Writes the mail that an order was received, as pending. */
export async function noteOrderReceived(
  sql: Sql,
  { id, data }: ReceivedEvent<typeof orderEvents.created>,
  { now }: { now: Date },
): Promise<void> {
  const found = await selectOrder(sql, data.orderId);
  if (found === undefined) throw new Error(`There is no order ${data.orderId}`);
  const { order, userId } = found;
  const subject = `We received your order ${order.number}`;
  const text = `${subject}. It is yours as soon as it is paid.`;
  const about = { orderId: order.id, userId, recipient: order.email };
  await insertNotification(sql, id, { kind: 'order-received', channel: 'mail', ...about, subject, html: null, text, headers: {} }, now);
}
