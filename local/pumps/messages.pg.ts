/** Messages of a queue, as SQS has them. */
import type { Queue } from '../template-events.ts';
import type { Message } from './records.ts';
import type { Store } from './store.pg.ts';

/**
 * Receives up to `limit` messages, which others do not see for the queue's visibility time-out. A message that was received as often as the
 * queue allows moves to its dead letters instead.
 */
export async function receive(
  store: Store,
  { name, visibilitySeconds, deadLetters }: Queue,
  limit: number,
  now: Date,
): Promise<{ messages: Message[]; died: number }> {
  const rows = await store.query<Message & { dead: boolean }>(
    `update aws.messages m
        set queue = case when dead then $4 else m.queue end,
            source = case when dead then m.queue else m.source end,
            received = m.received + case when dead then 0 else 1 end,
            first_received_at = coalesce(m.first_received_at, $2),
            visible_at = case when dead then $2 else $2::timestamptz + make_interval(secs => $6) end,
            receipt = case when dead then null else gen_random_uuid() end
       from (select id, $5::integer is not null and received >= $5 as dead from aws.messages
              where queue = $1 and visible_at <= $2 order by visible_at, id limit $3 for update skip locked) due
      where m.id = due.id
  returning m.*, dead`,
    [name, now, limit, deadLetters?.queue ?? null, deadLetters?.maxReceiveCount ?? null, visibilitySeconds],
  );
  const messages = rows.filter(({ dead }) => !dead).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { messages, died: rows.length - messages.length };
}

/** Deletes what was handled; what failed is visible again at `retryAt`. A message that was received again since is left alone. */
export async function settle(store: Store, handled: readonly Message[], failed: readonly Message[], retryAt: Date): Promise<void> {
  const columns = (messages: readonly Message[]) => [messages.map(({ id }) => id), messages.map(({ receipt }) => receipt)];
  await store.query(
    `with handled as (
       delete from aws.messages m using unnest($1::uuid[], $2::uuid[]) as h (id, receipt) where m.id = h.id and m.receipt = h.receipt)
     update aws.messages m set visible_at = $5, receipt = null from unnest($3::uuid[], $4::uuid[]) as f (id, receipt)
      where m.id = f.id and m.receipt = f.receipt`,
    [...columns(handled), ...columns(failed), retryAt],
  );
}

/** When the next message of a queue is visible; null when there is none. */
export async function nextVisible(store: Store, queue: string): Promise<Date | null> {
  const [row] = await store.query<{ at: Date | null }>('select min(visible_at) as at from aws.messages where queue = $1', [queue]);
  return row?.at ?? null;
}

/** How many messages can be received (counted up to `limit`), and since when the first of them. */
export async function waiting(store: Store, queue: string, limit: number, now: Date): Promise<{ count: number; since: Date | null }> {
  const [row] = await store.query<{ count: number; since: Date | null }>(
    `select count(*)::integer as count, min(visible_at) as since
       from (select visible_at from aws.messages where queue = $1 and visible_at <= $2 order by visible_at limit $3) w`,
    [queue, now, limit],
  );
  return row ?? { count: 0, since: null };
}

/** After a start: whoever had messages under way is gone, so they are visible again. What is older than its queue keeps it goes. */
export async function recoverMessages(store: Store, queues: readonly Queue[], now: Date): Promise<void> {
  await store.query('update aws.messages set visible_at = $1, receipt = null where receipt is not null', [now]);
  await store.query(
    `delete from aws.messages m using unnest($1::text[], $2::integer[]) as q (name, seconds)
      where m.queue = q.name and m.sent_at < $3::timestamptz - make_interval(secs => seconds)`,
    [queues.map(({ name }) => name), queues.map(({ retentionSeconds }) => retentionSeconds), now],
  );
}

export interface QueueCounts {
  visible: number;
  under_way: number;
  delayed: number;
  oldest: Date | null;
}

/** Counts by queue; a queue without messages is not there. */
export async function countMessages(store: Store, now: Date): Promise<Map<string, QueueCounts>> {
  const rows = await store.query<QueueCounts & { queue: string }>(
    `select queue, count(*) filter (where visible_at <= $1)::integer as visible,
            count(*) filter (where visible_at > $1 and receipt is not null)::integer as under_way,
            count(*) filter (where visible_at > $1 and receipt is null)::integer as delayed, min(sent_at) as oldest
       from aws.messages group by queue`,
    [now],
  );
  return new Map(rows.map(({ queue, ...counts }) => [queue, counts]));
}
