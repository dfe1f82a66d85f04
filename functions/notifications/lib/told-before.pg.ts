import type { Sql } from '#platform/db/sql.ts';

/**
 * Notes that people were told of these events already: after a restore the database does not know what was sent since. They are handled, and
 * what was written of them and not marked yet counts as sent.
 * @param eventIds as the consumer's log lines have them; those of events that the database has no more change nothing
 * @returns how many events were new to it
 */
export async function noteToldBefore(sql: Sql, eventIds: readonly string[], now: Date): Promise<number> {
  const noted = await sql(
    `insert into inbox (consumer, event_id, handled_at)
       select 'notifications/notify-people', told.id, $2 from unnest($1::text[]) as told (id)
        where exists (select from outbox where outbox.id::text = told.id) on conflict do nothing returning 1 as noted`,
    [eventIds, now],
  );
  await sql(
    `update notifications set status = 'sent', sent_at = $2, reason = null, sending_until = null where event_id = any($1) and status = 'pending'`,
    [eventIds, now],
  );
  return noted.length;
}
