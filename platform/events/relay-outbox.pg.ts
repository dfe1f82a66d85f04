import { beginning } from '../db/cursor.ts';
import { type Sql, type TransactionSql, transaction } from '../db/sql.ts';
import { log } from '../telemetry/log.ts';
import { measure } from '../telemetry/measure.ts';
import { batchSize, putEvents, RefusedCall } from './bus.ts';
import type { KelvoEvent } from './event.ts';
import { reasonOf } from './failure-reason.ts';
import { retryDelaySeconds } from './retry-delay.ts';

/** Younger rows are left to the request that wrote them, which is publishing them right now. */
const relayAfterSeconds = 3;
const callMs = 5_000;

/** Each run goes over the outbox twice: first over the events that were never tried here, then over those that failed before and are due. */
const passes = { fresh: 'tries = 0', failed: 'tries > 0 and next_try_at <= $1' } as const;

/**
 * Publishes what is still in the outbox, oldest first. An event that the bus does not take is noted on its row (`tries`, `last_error`,
 * `next_try_at`) and does not block later ones:
 * - fresh events go ten in a call; when a call fails as a whole, each of its events goes alone from then on, so that one fails no others;
 * - an event that fails alone waits longer each time, an hour at most; it is never given up;
 * - after a call without an answer the next one is a probe of one event; when that has no answer either, the bus is away and the run ends.
 *
 * Safe to run twice at once: rows are locked, and a locked one is skipped. A transaction lasts for one call, so a slow bus does not outlast it.
 * @param signal begin no further call once it is aborted
 * @throws Error when the bus is away: what was sent and noted before stays so
 */
export async function relayOutbox({ now, signal }: { now: Date; signal: AbortSignal }): Promise<{ sent: number }> {
  let sent = 0;
  let busAnswered = false;
  let silences = 0;
  for (const pass of ['fresh', 'failed'] as const) {
    let last = beginning;
    while (!signal.aborted) {
      const limit = pass === 'fresh' && silences === 0 ? batchSize : 1;
      const step = await transaction((sql) => sendNext(sql, { pass, after: last, limit, now, busAnswered }));
      if (!step) break;
      sent += step.sent;
      last = step.end;
      busAnswered = step.silence === undefined;
      silences = busAnswered ? 0 : silences + 1;
      if (silences === 2) throw new Error(`The event bus is away, after ${sent} events: ${step.silence}`);
    }
  }
  return { sent };
}

/** Measures how long the oldest event that is left has waited, in ms; 0 where none waits, so that an alarm sees that somebody looked. */
export async function measureOutboxAge(sql: Sql, now: Date): Promise<void> {
  const [oldest] = await sql<{ age: number }>(
    `select greatest(0, coalesce(extract(epoch from $1::timestamptz - min(created_at)) * 1000, 0))::float8 as age
       from outbox where published_at is null`,
    [now],
  );
  measure('outbox_age', oldest?.age ?? 0);
}

interface Row {
  id: string;
  created_at: string;
  event: KelvoEvent;
  type: string;
  tries: number;
}

/** Sends the next events of a pass by one call, and notes on each row what came of it. @returns undefined when there are no more */
async function sendNext(
  sql: TransactionSql,
  {
    pass,
    after,
    limit,
    now,
    busAnswered,
  }: { pass: keyof typeof passes; after: typeof beginning; limit: number; now: Date; busAnswered: boolean },
): Promise<{ sent: number; end: typeof beginning; silence: string | undefined } | undefined> {
  const rows = await sql<Row>(
    `select id, created_at, event, type, tries from outbox
      where published_at is null and created_at < $1::timestamptz - make_interval(secs => $2) and ${passes[pass]}
        and (created_at, id) > ($3::timestamptz, $4::uuid)
      order by created_at, id limit $5 for update skip locked`,
    [now, relayAfterSeconds, after.created_at, after.id, limit],
  );
  const end = rows.at(-1);
  if (!end) return undefined;
  const alone = rows.length === 1;
  const failures = new Map<string, { reason: string; delaySeconds: number }>();
  const fail = ({ id, tries }: Row, reason: string, ownFault: boolean) =>
    failures.set(id, { reason, delaySeconds: ownFault ? retryDelaySeconds(tries + 1) : 0 });
  let silence: string | undefined;
  try {
    const reasons = await putEvents(
      rows.map(({ event }) => event),
      callMs,
    );
    for (const [i, row] of rows.entries()) if (reasons[i] !== undefined) fail(row, reasons[i], true);
  } catch (error) {
    const reason = reasonOf(error);
    const refused = error instanceof RefusedCall;
    if (!refused) silence = reason;
    // In a batch it is unknown which event caused it; and while the bus has not answered in this run yet, it may be the bus.
    for (const row of rows) fail(row, reason, alone && (refused || busAnswered));
  }
  await note(sql, rows, failures, now);
  return { sent: rows.length - failures.size, end, silence };
}

async function note(
  sql: TransactionSql,
  rows: readonly Row[],
  failures: ReadonlyMap<string, { reason: string; delaySeconds: number }>,
  now: Date,
): Promise<void> {
  await sql(
    `update outbox o
        set published_at = case when noted.reason is null then clock_timestamp() end,
            tries = o.tries + case when noted.reason is null then 0 else 1 end,
            last_error = noted.reason,
            next_try_at = case when noted.reason is not null then $4::timestamptz + make_interval(secs => noted.delay) end
       from unnest($1::uuid[], $2::text[], $3::integer[]) as noted (id, reason, delay)
      where o.id = noted.id`,
    [
      rows.map(({ id }) => id),
      rows.map(({ id }) => failures.get(id)?.reason ?? null),
      rows.map(({ id }) => failures.get(id)?.delaySeconds ?? 0),
      now,
    ],
  );
  for (const { id, type, tries } of rows) {
    const failure = failures.get(id);
    if (failure) log('warn', 'an event was not taken by the bus', { event_id: id, type, tries: tries + 1, reason: failure.reason });
  }
  if (failures.size > 0) sql.afterCommit(() => measure('events_not_taken', failures.size));
}
