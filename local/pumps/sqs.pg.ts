/** What SQS's API does with messages besides receiving them, which the pumps do too (messages.pg.ts). */
import { newId } from '#platform/ids.ts';
import type { MessageAttribute } from './records.ts';
import type { Store } from './store.pg.ts';

/** @returns the message's id */
export async function send(
  store: Store,
  queue: string,
  {
    body,
    attributes,
    delaySeconds,
  }: {
    body: string;
    attributes: Record<string, { [Name in keyof MessageAttribute]: MessageAttribute[Name] | undefined }>;
    delaySeconds: number;
  },
  now: Date,
): Promise<string> {
  const id = newId();
  await store.queryDurably(
    `insert into aws.messages (id, queue, body, attributes, sent_at, visible_at)
     values ($1, $2, $3, $4, $5, $5::timestamptz + make_interval(secs => $6))`,
    [id, queue, body, attributes, now, delaySeconds],
  );
  return id;
}

/** Deletes the message that was received with this receipt; one that was received again since stays. */
export async function remove(store: Store, queue: string, receipt: string): Promise<void> {
  await store.query('delete from aws.messages where queue = $1 and receipt = $2', [queue, receipt]);
}

/** Hides a message for so many seconds from now; 0 gives it back. @returns false when nobody holds it by this receipt */
export async function hide(store: Store, queue: string, receipt: string, seconds: number, now: Date): Promise<boolean> {
  const rows = await store.query(
    `update aws.messages set visible_at = $4::timestamptz + make_interval(secs => $3), receipt = case when $3 = 0 then null else receipt end
      where queue = $1 and receipt = $2 and visible_at > $4 returning id`,
    [queue, receipt, seconds, now],
  );
  return rows.length === 1;
}
