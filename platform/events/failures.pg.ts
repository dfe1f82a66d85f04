import type { Sql } from '../db/sql.ts';

/** Why a consumer could not handle an event. A queue keeps no reasons: this is what its dead letters are shown with. */
export interface Failure {
  consumer: string;
  /** The event's, or the message's where no event could be read. */
  eventId: string;
  type: string | undefined;
  error: string;
}

/**
 * Notes a failure, or one more of the same event.
 * @param sql outside of the transaction that failed, which takes back all it wrote
 * @returns how often the event has failed by now
 */
export async function noteFailure(sql: Sql, { consumer, eventId, type, error }: Failure, now: Date): Promise<number> {
  const [row] = await sql<{ tries: number }>(
    `insert into consumer_failures (consumer, event_id, type, error, tries, first_failed_at, failed_at) values ($1, $2, $3, $4, 1, $5, $5)
       on conflict (consumer, event_id) do update
          set type = excluded.type, error = excluded.error, tries = consumer_failures.tries + 1, failed_at = excluded.failed_at
     returning tries`,
    [consumer, eventId, type ?? null, error, now],
  );
  return row?.tries ?? 1;
}

/** Forgets the failures of an event that was handled after all. */
export async function forgetFailure(sql: Sql, consumer: string, eventId: string): Promise<void> {
  await sql('delete from consumer_failures where consumer = $1 and event_id = $2', [consumer, eventId]);
}

/** The same of several events. */
export async function forgetFailures(sql: Sql, consumer: string, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length > 0) await sql('delete from consumer_failures where consumer = $1 and event_id = any($2)', [consumer, eventIds]);
}

/** The last failure of each of these events with each consumer that it failed with. */
export const selectFailures = (sql: Sql, eventIds: readonly string[]) =>
  sql<{ consumer: string; eventId: string; error: string; tries: number; failedAt: string }>(
    `select consumer, event_id as "eventId", error, tries, failed_at as "failedAt" from consumer_failures where event_id = any($1)`,
    [eventIds],
  );
