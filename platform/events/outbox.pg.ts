import { sql as plainSql, type Sql, type TransactionSql } from '../db/sql.ts';
import { type Part, together } from '../db/together.ts';
import { log } from '../telemetry/log.ts';
import { activeTrace } from '../telemetry/trace.ts';
import { publishSoon } from './bus.ts';
import type { EventContract, EventData } from './contract.ts';
import { type KelvoEvent, makeEvent } from './event.ts';

/**
 * Writes an event in the transaction of the change that it reports, and publishes it right after the commit (see `publishAfterCommit`).
 * @param contract the event's declaration: `appendEvent(sql, paymentFailed, …)`
 * @param subject the id of what changed
 */
export async function appendEvent<E extends EventContract>(
  sql: TransactionSql,
  contract: E,
  subject: string,
  data: EventData<E>,
  at: Date,
): Promise<void> {
  const event = newEvent(contract, subject, data, at);
  await together(sql, { event: insertEvents([event]) }, 'select');
  publishAfterCommit(sql, [event]);
}

/** An event that carries the trace of the work under way. For statements that write events beside other rows: insert it by `insertEvents`. */
export const newEvent = <E extends EventContract>({ type }: E, subject: string, data: EventData<E>, at: Date): KelvoEvent =>
  makeEvent(type, subject, data, at, activeTrace());

/**
 * A part of a statement that writes events.
 * @param provided the part whose rows must be there, else none is written: `added`, which adds nothing when somebody has the slug
 */
export const insertEvents =
  (events: readonly KelvoEvent[], provided?: string): Part =>
  (bind) =>
    `insert into outbox (id, type, event, created_at)
       select (event->>'id')::uuid, event->>'type', event, (event->>'time')::timestamptz from jsonb_array_elements(${bind(JSON.stringify(events))}::jsonb) as event${
         provided === undefined ? '' : ` where exists (select from ${provided})`
       }`;

const pending = new WeakMap<Sql, KelvoEvent[]>();

/**
 * Publishes events once the transaction that wrote them is committed: all of a transaction together, within 250 ms. What the bus does not
 * take then, `relay-outbox` sends later. Either way nothing is lost.
 */
export function publishAfterCommit(sql: TransactionSql, events: readonly KelvoEvent[]): void {
  const known = pending.get(sql);
  if (known) {
    known.push(...events);
    return;
  }
  const all = [...events];
  pending.set(sql, all);
  sql.afterCommit(() => publishNow(all));
}

async function publishNow(events: readonly KelvoEvent[]): Promise<void> {
  const taken = await publishSoon(events);
  if (taken.length === 0) return;
  try {
    await plainSql('update outbox set published_at = clock_timestamp() where id = any($1)', [taken]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log('warn', 'published events could not be marked and will go twice', { events: taken.length, reason });
  }
}
