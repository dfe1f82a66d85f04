import { beginning } from '../db/cursor.ts';
import { sql as plainSql, type Sql, type TransactionSql, transaction } from '../db/sql.ts';
import { log } from '../telemetry/log.ts';
import { activeTrace } from '../telemetry/trace.ts';
import { batchSize, publish } from './bus.ts';
import type { EventContract, EventData } from './contract.ts';
import { type KelvoEvent, makeEvent } from './event.ts';

const publishLimitMs = 1_000;
/** Younger rows are left to the request that wrote them, which is publishing them right now. */
const relayAfterSeconds = 3;

const pending = new WeakMap<Sql, KelvoEvent[]>();

/**
 * Writes an event in the transaction of the change that it reports. Once that is committed it is published at once if the bus answers
 * within a second; otherwise `relay-outbox` sends it later. Either way it is not lost.
 * @template E the event's declaration in a contract: `appendEvent<typeof paymentFailed>(sql, 'payment.failed.v1', …)`
 * @param subject the id of what changed
 */
export async function appendEvent<E extends EventContract = never>(
  sql: TransactionSql,
  type: E['type'],
  subject: string,
  data: EventData<E>,
  at: Date,
): Promise<void> {
  const event = makeEvent(type, subject, data, at, activeTrace());
  await sql('insert into outbox (id, type, event, created_at) values ($1, $2, $3, $4)', [event.id, type, event, at]);
  const events = pending.get(sql);
  if (events) {
    events.push(event);
    return;
  }
  const first = [event];
  pending.set(sql, first);
  sql.afterCommit(() => publishNow(first));
}

async function publishNow(events: KelvoEvent[]): Promise<void> {
  try {
    await markPublished(plainSql, await publish(events, publishLimitMs));
  } catch (error) {
    log('warn', 'events stay in the outbox for now', {
      events: events.length,
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}

/**
 * Publishes what is still in the outbox, oldest first; those that the bus refuses stay for the next run and keep back no other. Safe to
 * run twice at once. A transaction lasts for one call to the bus, so a slow bus does not outlast it.
 * @returns how many events the bus took
 */
export async function relayOutbox(now: Date): Promise<number> {
  let sent = 0;
  let last = beginning;
  for (;;) {
    const rows = await transaction(async (sql) => {
      const found = await sql<typeof last & { event: KelvoEvent }>(
        `select id, created_at, event from outbox
          where published_at is null and created_at < $1::timestamptz - make_interval(secs => $2) and (created_at, id) > ($3::timestamptz, $4::uuid)
          order by created_at, id limit $5 for update skip locked`,
        [now, relayAfterSeconds, last.created_at, last.id, batchSize],
      );
      if (found.length === 0) return found;
      const ids = await publish(
        found.map((row) => row.event),
        5_000,
      );
      await markPublished(sql, ids);
      sent += ids.length;
      return found;
    });
    const end = rows.at(-1);
    if (!end) return sent;
    last = end;
  }
}

const markPublished = (sql: Sql, ids: string[]) => sql('update outbox set published_at = clock_timestamp() where id = any($1)', [ids]);
