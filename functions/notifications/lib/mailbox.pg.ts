import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Notification } from './contract.ts';

export const mailboxOrder: ListOrder = { sort: 'newest', column: 'created_at', type: 'timestamptz', direction: 'desc', id: 'id' };

const summary = `id, kind, channel, recipient as "to", subject, order_id as "orderId", status, reason, created_at as "createdAt", sent_at as "sentAt"`;

/** A slice of the mails and text messages: to one recipient, of one order, or all. */
export function selectMailbox(
  sql: Sql,
  { to, orderId }: { to: string | undefined; orderId: string | undefined },
  slice: Slice,
): Promise<Notification[]> {
  const values: unknown[] = [];
  const clauses: string[] = [];
  if (to !== undefined) clauses.push(`lower(recipient) = lower($${values.push(to)})`);
  if (orderId !== undefined) clauses.push(`order_id = $${values.push(orderId)}`);
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<Notification>(
    `select ${summary} from notifications where ${[...clauses, where].join(' and ')} order by ${orderBy} ${limit}`,
    values,
  );
}

/** A whole mail or text message. */
export async function selectNotification(
  sql: Sql,
  id: string,
): Promise<(Notification & { html: string | null; text: string; headers: Record<string, string> }) | undefined> {
  const [found] = await sql<Notification & { html: string | null; text: string; headers: Record<string, string> }>(
    `select ${summary}, html, text, headers from notifications where id = $1`,
    [id],
  );
  return found;
}
