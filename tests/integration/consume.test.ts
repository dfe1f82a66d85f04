/** Consumers on a real PostgreSQL: an event takes effect once, however often, late or damaged it and its neighbours arrive. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import type { TransactionSql } from '#platform/db/sql.ts';
import { defineEvent, defineForeignEvent } from '#platform/events/contract.ts';
import type { ReceivedEvent } from '#platform/events/envelope.ts';
import { newTraceIds } from '#platform/telemetry/trace-ids.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { batchOf, busEventOf, contextOf, eventOf, sqsRecord } from '#tests/support/deliveries.ts';
import { unitVariables } from '#tests/support/variables.ts';

const parcelSent = defineEvent({
  type: 'parcel.sent.v1',
  summary: 'a parcel is on its way',
  data: z.strictObject({ parcel: z.string(), weight: z.strictObject({ grams: z.int() }) }),
});
const parcelLost = defineEvent({ type: 'parcel.lost.v1', summary: 'a parcel is lost', data: z.strictObject({ parcel: z.string() }) });
const parcelFound = defineEvent({ type: 'parcel.found.v1', summary: 'it was found', data: z.strictObject({ parcel: z.string() }) });
const bounced = defineForeignEvent({ source: 'aws.ses', type: 'Email Bounced', data: z.looseObject({ address: z.string() }) });

type Parcel = ReceivedEvent<typeof parcelSent | typeof parcelLost>;
type Handler = (event: SQSEvent, context: ReturnType<typeof contextOf>) => Promise<SQSBatchResponse>;

let database: TestDatabase;
let consume: typeof import('#platform/events/consume.ts').consume;
let consumeInSteps: typeof import('#platform/events/consume.ts').consumeInSteps;
let appendEvent: typeof import('#platform/events/outbox.pg.ts').appendEvent;
beforeAll(async () => {
  database = await freshDatabase('bare');
  await database.query('create table parcels (event_id text not null, parcel text not null); grant select, insert on parcels to kelvo_app');
  // platform/config.ts reads the variables once, when it is loaded. One connection, as on Lambda.
  Object.assign(process.env, unitVariables, { DATABASE_URL: database.url, POWERTOOLS_LOG_LEVEL: 'INFO' });
  ({ consume, consumeInSteps } = await import('#platform/events/consume.ts'));
  ({ appendEvent } = await import('#platform/events/outbox.pg.ts'));
});
afterAll(() => database.end());
beforeEach(async () => {
  written.length = 0;
  await database.query('truncate parcels, inbox, outbox, consumer_failures');
});

/** What the functions logged in this test. */
const written: string[] = [];
vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
const lines = () => written.map((text) => JSON.parse(text) as Record<string, unknown>);

const context = (remainingMs?: number) => contextOf('rumshop-shipping-track-parcels-local', remainingMs);
const run = async (handler: Handler, event: SQSEvent, remainingMs?: number) =>
  (await handler(event, context(remainingMs))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const sent = (parcel: string) => eventOf(parcelSent, { parcel, weight: { grams: 100 } });
/** The body of a message whose event has other members than it should. */
const bodyOf = (members: object) => JSON.stringify({ ...busEventOf(sent('a')), detail: { ...sent('a'), ...members } });
const effects = async () => (await database.query<{ parcel: string }>('select parcel from parcels')).map(({ parcel }) => parcel);
const failures = () =>
  database.query<{ consumer: string; event_id: string; type: string | null; error: string; tries: number }>(
    'select consumer, event_id, type, error, tries from consumer_failures order by first_failed_at, event_id',
  );
const claims = async () => (await database.query<{ event_id: string }>('select event_id from inbox')).map(({ event_id }) => event_id);

const insertParcel = (sql: TransactionSql, { id, data }: Parcel) =>
  sql('insert into parcels (event_id, parcel) values ($1, $2)', [id, data.parcel]);
/** Writes each event's parcel; `before` may make one fail. */
const tracker = (before: (event: Parcel, sql: TransactionSql) => unknown = () => undefined, name = 'shipping/track-parcels') =>
  consume(name, [parcelSent, parcelLost], async (sql, event) => {
    await insertParcel(sql, event);
    await before(event, sql);
  });

describe('an event', () => {
  it('takes effect once, though it is delivered three times, in batches and alone, and after younger ones', async () => {
    const [first, second, third] = [sent('first'), sent('second'), sent('third')];
    const handler = tracker();
    expect(await run(handler, batchOf(third, first, third))).toEqual([]);
    expect(await run(handler, batchOf(second, first, third))).toEqual([]);
    expect(await run(handler, batchOf(first))).toEqual([]);
    expect(await run(handler, batchOf(second, second))).toEqual([]);
    expect((await effects()).sort()).toEqual(['first', 'second', 'third']);
    expect((await claims()).sort()).toEqual([first.id, second.id, third.id].sort());
  });

  it('takes effect once for each consumer', async () => {
    const event = sent('a');
    await run(tracker(undefined, 'shipping/track-parcels'), batchOf(event));
    await run(tracker(undefined, 'shipping/weigh-parcels'), batchOf(event));
    expect(await effects()).toEqual(['a', 'a']);
  });

  it.each([
    ['commit', []],
    ['rollback', ['a']],
  ])('that another run has claimed waits for its end: after a %s its effects are %j', async (end, expected) => {
    const event = sent('a');
    const other = new pg.Client({ connectionString: database.adminUrl });
    await other.connect();
    try {
      await other.query('begin');
      await other.query("insert into inbox (consumer, event_id, handled_at) values ('shipping/track-parcels', $1, now())", [event.id]);
      const running = run(tracker(), batchOf(event));
      await other.query(end);
      expect(await running).toEqual([]);
      expect(await effects()).toEqual(expected);
    } finally {
      await other.end();
    }
  });

  it('is worked with the data that its contract declares, by its own type', async () => {
    const seen: unknown[] = [];
    const handler = consume('a/b', [parcelSent, parcelLost], async (_, event) => {
      seen.push(event.type === 'parcel.sent.v1' ? event.data.weight.grams : event.data.parcel);
    });
    await run(handler, batchOf(sent('a'), eventOf(parcelLost, { parcel: 'b' })));
    expect(seen).toEqual([100, 'b']);
  });

  it('with fields that a later release added is worked without them', async () => {
    const event = sent('a');
    const later = { ...event, data: { ...event.data, colour: 'red', weight: { grams: 5, pounds: 1 } } };
    const seen: unknown[] = [];
    const handler = consume('a/b', [parcelSent], async (_, { data }) => void seen.push(data));
    expect(await run(handler, batchOf(later))).toEqual([]);
    expect(seen).toEqual([{ parcel: 'a', weight: { grams: 5 } }]);
  });

  it('of AWS itself is known by its source and type, and claimed by its id on the bus', async () => {
    const seen: unknown[] = [];
    const handler = consume('a/b', [bounced, parcelLost], async (_, { type, data }) => void seen.push([type, data]));
    const ses = { ...busEventOf({ type: 'Email Bounced', time: '2026-11-20T10:00:00Z' }), source: 'aws.ses', detail: { address: 'a@b.c' } };
    const record = sqsRecord(JSON.stringify(ses));
    expect(await run(handler, { Records: [record, record] })).toEqual([]);
    expect(seen).toEqual([['Email Bounced', { address: 'a@b.c' }]]);
    expect(await claims()).toEqual([ses.id]);
  });
});

describe('a record that fails', () => {
  it('comes again alone, with its reason noted; its neighbours take effect', async () => {
    const [good, poison, late] = [sent('good'), sent('poison'), sent('late')];
    const handler = tracker(({ data }) => {
      if (data.parcel === 'poison') throw new RangeError('The scale broke');
    });
    const batch = batchOf(good, poison, late);
    for (const tries of [1, 2, 3]) {
      expect(await run(handler, batch)).toEqual([batch.Records[1]?.messageId]);
      expect((await effects()).sort()).toEqual(['good', 'late']);
      expect(await failures()).toEqual([
        {
          consumer: 'shipping/track-parcels',
          event_id: poison.id,
          type: 'parcel.sent.v1',
          error: 'RangeError: The scale broke',
          tries,
        },
      ]);
    }
    // Healed, as by a new release: it takes effect, and its failures are forgotten.
    expect(await run(tracker(), batchOf(poison))).toEqual([]);
    expect((await effects()).sort()).toEqual(['good', 'late', 'poison']);
    expect(await failures()).toEqual([]);
  });

  it('has left nothing behind, neither its claim nor an event of its own', async () => {
    const handler = tracker(async ({ subject }, sql) => {
      await appendEvent(sql, parcelFound, subject, { parcel: 'a' }, new Date());
      throw new Error('too late');
    });
    expect(await run(handler, batchOf(sent('a')))).toHaveLength(1);
    expect([await effects(), await claims(), await database.query('select 1 from outbox')]).toEqual([[], [], []]);
  });

  it('because its connection died between claim and effect takes effect when it comes again', async () => {
    const event = sent('a');
    let kills = 1;
    const handler = tracker(async (_, sql) => {
      if (kills-- > 0) await sql('select pg_terminate_backend(pg_backend_pid())');
    });
    const other = sent('b');
    const batch = batchOf(event, other);
    expect(await run(handler, batch)).toEqual([batch.Records[0]?.messageId]);
    expect(await effects()).toEqual(['b']);
    expect(await failures()).toMatchObject([{ event_id: event.id, tries: 1, error: expect.stringContaining('terminat') }]);
    expect(await run(handler, batch)).toEqual([]);
    expect((await effects()).sort()).toEqual(['a', 'b']);
    expect(await failures()).toEqual([]);
  });

  it.each([
    ['no JSON', 'hello', 'The message is no JSON'],
    ['no event of the bus', '{"id":"1"}', 'The message is not valid: /source'],
    ['a string', '"hello"', 'The message is not valid'],
    [
      'an event whose detail is none of ours',
      JSON.stringify({ ...busEventOf(sent('a')), detail: { id: 'x' } }),
      'The event in the message is not valid: /type',
    ],
    ['an event whose id is no text that PostgreSQL keeps', bodyOf({ id: 'a\0b' }), 'The event in the message is not valid: /id'],
    ['an event whose id is half a character', bodyOf({ id: 'a\ud800' }), 'The event in the message is not valid: /id'],
    [
      'an event whose id is longer than an index takes',
      bodyOf({ id: randomBytes(4_000).toString('hex') }),
      'The event in the message is not valid: /id',
    ],
    [
      'an event whose type is no text that PostgreSQL keeps',
      bodyOf({ type: 'parcel.sent.v1\0' }),
      'The event in the message is not valid: /type',
    ],
  ])('because its body is %s is noted by its message id', async (_, body, reason) => {
    const record = sqsRecord(body);
    const good = sent('good');
    expect(await run(tracker(), { Records: [record, ...batchOf(good).Records] })).toEqual([record.messageId]);
    expect(await failures()).toMatchObject([{ event_id: record.messageId, type: null, error: expect.stringContaining(reason) }]);
    expect(await effects()).toEqual(['good']);
  });

  it('because nobody expects its type, or its data are not what was declared, is noted by its event id, without its values', async () => {
    const surprise = eventOf(parcelFound, { parcel: 'a' });
    const damaged = { ...sent('a'), data: { parcel: 7, weight: { grams: 'a secret' } } };
    const foreign = { ...sqsRecord(JSON.stringify({ ...busEventOf(sent('x')), source: 'aws.ses' })) };
    expect(await run(tracker(), { Records: [...batchOf(surprise, damaged).Records, foreign] })).toHaveLength(3);
    const noted = await failures();
    expect(noted.slice(0, 2)).toMatchObject([
      {
        event_id: surprise.id,
        type: 'parcel.found.v1',
        error: 'UnreadableEvent: This consumer does not expect the event kelvo parcel.found.v1',
      },
      {
        event_id: damaged.id,
        type: 'parcel.sent.v1',
        error: expect.stringMatching(/The data of parcel\.sent\.v1 is not valid: \/parcel .*; \/weight\/grams /),
      },
    ]);
    expect(JSON.stringify(noted)).not.toContain('a secret');
    expect(noted[2]?.error).toContain('aws.ses parcel.sent.v1');
  });

  it('by throwing something that is no error, or a text that PostgreSQL cannot keep, is noted all the same', async () => {
    const thrown = ['just a text', new Error('a \0 NUL')];
    const handler = tracker(() => {
      throw thrown.shift();
    });
    expect(await run(handler, batchOf(sent('a'), sent('b')))).toHaveLength(2);
    expect((await failures()).map(({ error }) => error).sort()).toEqual(['Error: a  NUL', 'just a text']);
  });
});

describe('a run', () => {
  it('begins no record when its time is nearly over: the rest comes again', async () => {
    const batch = batchOf(sent('a'), sent('b'), sent('c'));
    const handler = consume('a/b', [parcelSent], async (sql, event, { signal }) => {
      await insertParcel(sql, event);
      if (!signal.aborted) await once(signal, 'abort');
    });
    expect(await run(handler, batch, 50)).toEqual(batch.Records.slice(1).map(({ messageId }) => messageId));
    expect(await effects()).toEqual(['a']);
    expect(await failures()).toEqual([]);
    expect(await run(tracker(), batch)).toEqual([]);
  });

  it('while PostgreSQL is away answers at once that all comes again, and the next one catches up', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const batch = batchOf(...Array.from({ length: 10 }, (_, i) => sent(String(i))));
    await database.query(`alter database ${name} connection limit 0`);
    await database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kelvo_app' and datname = current_database()",
    );
    try {
      expect(await run(tracker(), batch)).toEqual(batch.Records.map(({ messageId }) => messageId));
    } finally {
      await database.query(`alter database ${name} connection limit -1`);
    }
    expect(lines()).toMatchObject([
      { message: 'event', outcome: 'failed' },
      { message: 'records are left to the next run', records: 9, why: 'database' },
    ]);
    expect(await effects()).toEqual([]);
    expect(await run(tracker(), batch)).toEqual([]);
    expect(await effects()).toHaveLength(10);
  });

  it('of three records joins three traces: in a log line for each, and in the events of its work', async () => {
    const traces = [newTraceIds(), newTraceIds(), newTraceIds()];
    const events = traces.map((trace, i) => eventOf(parcelSent, { parcel: String(i), weight: { grams: 1 } }, { trace }));
    const handler = consume('shipping/track-parcels', [parcelSent], async (sql, event) => {
      await appendEvent(sql, parcelFound, event.subject, { parcel: event.data.parcel }, new Date());
      if (event.data.parcel === '2') throw new Error('no');
    });
    await run(handler, batchOf(...events));
    expect(lines().filter(({ message }) => message === 'event')).toMatchObject(
      events.map(({ id, subject }, i) => ({
        level: i === 2 ? 'ERROR' : 'INFO',
        service: 'rum-shop-shipping',
        consumer: 'shipping/track-parcels',
        type: 'parcel.sent.v1',
        event_id: id,
        subject,
        receives: 1,
        outcome: i === 2 ? 'failed' : 'handled',
        trace_id: traces[i]?.traceId,
        duration_ms: expect.any(Number),
        age_ms: expect.any(Number),
      })),
    );
    const rows = await database.query<{ traceparent: string }>(
      "select event->>'traceparent' as traceparent from outbox order by event->'data'->>'parcel'",
    );
    expect(rows.map(({ traceparent }) => traceparent.split('-')[1])).toEqual(traces.slice(0, 2).map(({ traceId }) => traceId));
  });

  it('writes no event’s data into the log, whether it is handled or not', async () => {
    const handler = tracker(({ data }) => {
      if (data.parcel === 'poison') throw new Error('no');
    });
    await run(handler, batchOf(sent('poison'), sent('a private thing')));
    expect(written.join('')).toContain('event_id');
    expect(written.join('')).not.toMatch(/a private thing|grams/);
  });

  it('asks PostgreSQL four times for an event with one statement of work: begin, claim, work, commit', async () => {
    const asked: string[] = [];
    const query = vi.spyOn(pg.Client.prototype, 'query');
    const counted = async (handler: Handler, batch: SQSEvent) => {
      query.mockClear();
      await run(handler, batch);
      asked.splice(0);
      for (const [text] of query.mock.calls) if (typeof text === 'string' && text !== 'select 1') asked.push(text);
      return asked.length;
    };
    const handler = consume('a/b', [parcelSent], async (sql, event) => void (await insertParcel(sql, event)));
    const batch = batchOf(sent('a'), sent('b'), sent('c'));
    expect(await counted(handler, batch)).toBe(12);
    expect(await counted(handler, batch)).toBe(9);
    query.mockRestore();
  });
});

describe('a consumer in two steps', () => {
  /** Writes a row for each event; the second step sends what is not sent yet, as a mail. */
  function mailer(send: (parcel: string) => unknown) {
    return consumeInSteps('mails/tell', [parcelSent], {
      note: async (sql, event) => void (await insertParcel(sql, event)),
      finish: async ({ data }) => void (await send(data.parcel)),
    });
  }

  it('notes once and finishes with each delivery, outside of the transaction', async () => {
    const committed: string[][] = [];
    const handler = mailer(async () => committed.push(await effects()));
    const batch = batchOf(sent('a'));
    expect(await run(handler, batch)).toEqual([]);
    expect(await run(handler, batch)).toEqual([]);
    expect(committed).toEqual([['a'], ['a']]);
  });

  it('whose second step fails keeps what was noted, says why, and finishes when the event comes again', async () => {
    let fails = 2;
    const handler = mailer(() => {
      if (fails-- > 0) throw new Error('550 no such mailbox');
    });
    const event = sent('a');
    const batch = batchOf(event);
    for (const tries of [1, 2]) {
      expect(await run(handler, batch)).toEqual([batch.Records[0]?.messageId]);
      expect(await effects()).toEqual(['a']);
      expect(await failures()).toMatchObject([{ consumer: 'mails/tell', event_id: event.id, error: 'Error: 550 no such mailbox', tries }]);
    }
    expect(await run(handler, batch)).toEqual([]);
    expect([await effects(), await failures()]).toEqual([['a'], []]);
  });

  it('does not begin the second step when its time is nearly over, and finishes when the event comes again', async () => {
    const finish = vi.fn(async () => undefined);
    const slow = consumeInSteps('mails/tell', [parcelSent], {
      note: async (sql, event, { signal }) => {
        await insertParcel(sql, event);
        if (!signal.aborted) await once(signal, 'abort');
      },
      finish,
    });
    const event = sent('a');
    expect(await run(slow, batchOf(event), 50)).toHaveLength(1);
    expect(finish).not.toHaveBeenCalled();
    expect(await effects()).toEqual(['a']);
    expect(await failures()).toMatchObject([{ event_id: event.id, error: 'Error: There was no time left to finish', tries: 1 }]);
    expect(await run(slow, batchOf(event))).toEqual([]);
    expect(finish).toHaveBeenCalledTimes(1);
    expect([await effects(), await failures()]).toEqual([['a'], []]);
  });

  it('whose first step fails does not begin the second', async () => {
    const finish = vi.fn();
    const handler = consumeInSteps('mails/tell', [parcelSent], { note: () => Promise.reject(new Error('no')), finish });
    expect(await run(handler, batchOf(sent('a')))).toHaveLength(1);
    expect(finish).not.toHaveBeenCalled();
  });
});

it('what is invoked with no records at all fails', async () => {
  // @ts-expect-error what a hand-made test event may look like
  await expect(run(tracker(), { id: randomUUID() })).rejects.toThrow('The event has no Records');
});
