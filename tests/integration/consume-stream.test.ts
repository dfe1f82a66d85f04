/** A consumer of a stream with tumbling windows, on a real PostgreSQL: what is at fault fails alone, and what is not is handled in any case. */
import { randomBytes } from 'node:crypto';
import type { KinesisStreamRecord, KinesisStreamTumblingWindowEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { StreamWork } from '#platform/events/consume-stream.ts';
import { defineEvent } from '#platform/events/contract.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { busEventOf, contextOf, eventOf, kinesisRecord } from '#tests/support/deliveries.ts';
import { unitVariables } from '#tests/support/variables.ts';

const parcelSent = defineEvent({ type: 'parcel.sent.v1', summary: 'a parcel is on its way', data: z.strictObject({ parcel: z.string() }) });
const parcelLost = defineEvent({ type: 'parcel.lost.v1', summary: 'a parcel is lost', data: z.strictObject({ parcel: z.string() }) });
type Work = StreamWork<typeof parcelSent>;

let database: TestDatabase;
let consumeStream: typeof import('#platform/events/consume-stream.ts').consumeStream;
let transaction: typeof import('#platform/db/sql.ts').transaction;
beforeAll(async () => {
  database = await freshDatabase('bare');
  await database.query(
    'create table parcels (parcel varchar(6) primary key check (parcel > $$A$$)); grant select, insert on parcels to kelvo_app',
  );
  // platform/config.ts reads the variables once, when it is loaded. One connection, as on Lambda.
  Object.assign(process.env, unitVariables, { DATABASE_URL: database.url });
  ({ consumeStream } = await import('#platform/events/consume-stream.ts'));
  ({ transaction } = await import('#platform/db/sql.ts'));
});
afterAll(() => database.end());
beforeEach(async () => {
  closed.length = 0;
  calls.length = 0;
  await database.query('truncate parcels, consumer_failures');
});

const closed: Date[] = [];
/** The parcels of each call of `handle`. */
const calls: string[][] = [];
/** Writes parcels down, all in one statement. */
const write: Work['handle'] = (events) => {
  const parcels = events.map(({ data }) => data.parcel);
  calls.push(parcels);
  return transaction((sql) => sql('insert into parcels select unnest($1::text[]) on conflict do nothing', [parcels]));
};
const consumer = (handle: Work['handle'] = write) =>
  consumeStream('shipping/count-parcels', [parcelSent], { handle, close: async (until) => closed.push(until) });
const parcels = async () =>
  (await database.query<{ parcel: string }>('select parcel from parcels order by parcel')).map(({ parcel }) => parcel);
const failures = () =>
  database.query('select consumer, event_id, type, error, tries from consumer_failures order by first_failed_at, error');

const sent = (parcel: string) => eventOf(parcelSent, { parcel });
const recordOf = (event: Parameters<typeof busEventOf>[0]) => kinesisRecord(JSON.stringify(busEventOf(event)));
const call = (Records: KinesisStreamRecord[], more: Partial<KinesisStreamTumblingWindowEvent> = {}): KinesisStreamTumblingWindowEvent => ({
  Records,
  window: { start: '2026-11-20T10:00:00Z', end: '2026-11-20T10:01:00Z' },
  state: {},
  isFinalInvokeForWindow: false,
  isWindowTerminatedEarly: false,
  ...more,
});
const run = (event: KinesisStreamTumblingWindowEvent, handle?: Work['handle']) =>
  consumer(handle)(event, contextOf('rumshop-shipping-count-parcels-local'));
const numberOf = ({ kinesis }: KinesisStreamRecord) => kinesis.sequenceNumber;

describe('the records of a call', () => {
  it('are handled together, and those of other types are passed over', async () => {
    const records = [sent('one'), eventOf(parcelLost, { parcel: 'two' }), sent('three')].map(recordOf);
    expect(await run(call(records, { state: { records: 4 } }))).toEqual({ state: { records: 7 }, batchItemFailures: [] });
    expect(calls).toEqual([['one', 'three']]);
  });

  it('begin a window’s count where there is none yet', async () => {
    const { state: _, ...event } = call([recordOf(sent('one'))]);
    expect(await run(event)).toEqual({ state: { records: 1 }, batchItemFailures: [] });
  });

  it('that are no events, or break their contract, come again; all others are handled', async () => {
    const nonsense = kinesisRecord('no event at all');
    const broken = { ...sent('x'), data: { parcel: 5 } };
    const records = [recordOf(sent('one')), nonsense, recordOf(broken), recordOf(sent('two'))];
    const { batchItemFailures } = await run(call(records));
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(records.slice(1, 3).map(numberOf));
    expect(await parcels()).toEqual(['one', 'two']);
    const about = { consumer: 'shipping/count-parcels', tries: 1 };
    expect(await failures()).toEqual([
      { ...about, event_id: broken.id, type: 'parcel.sent.v1', error: expect.stringContaining('/parcel') },
      { ...about, event_id: numberOf(nonsense), type: null, error: 'UnreadableEvent: The message is no JSON' },
    ]);
  });

  it('whose id or type cannot be noted hold up no others, and are left out in the end', async () => {
    const members = [{ id: 'a\0b' }, { id: randomBytes(4_000).toString('hex') }, { type: 'parcel.sent.v1\0' }];
    const bad = members.map((each) => kinesisRecord(JSON.stringify({ ...busEventOf(sent('x')), detail: { ...sent('x'), ...each } })));
    const failed: number[] = [];
    for (let tries = 1; tries <= 5; tries++) failed.push((await run(call([...bad, recordOf(sent('one'))]))).batchItemFailures.length);
    expect(failed).toEqual([3, 3, 3, 3, 0]);
    expect(await parcels()).toEqual(['one']);
    expect((await failures()).map(({ event_id }) => event_id).sort()).toEqual(bad.map(numberOf).sort());
  });

  it('of which one cannot be stored are handled in halves, until it stands alone', async () => {
    const tooLong = sent('a parcel too long');
    const none = sent('');
    const records = [...['one', 'two', 'three', 'four', 'five'].map(sent), tooLong, sent('six'), none].map(recordOf);
    const { batchItemFailures } = await run(call(records));
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      [records[5], records[7]].map((one) => one && numberOf(one)),
    );
    expect(await parcels()).toEqual(['five', 'four', 'one', 'six', 'three', 'two']);
    expect((await failures()).map(({ event_id, tries }) => [event_id, tries]).sort()).toEqual(
      [
        [tooLong.id, 1],
        [none.id, 1],
      ].sort(),
    );
  });

  it.each(['21000', '22003', '23514', '54000'])('of which one is refused by SQLSTATE %s hold up no others', async (state) => {
    const handle: Work['handle'] = (events, about) =>
      events.some(({ data }) => data.parcel === 'two')
        ? transaction((sql) => sql(`do $$ begin raise exception 'no' using errcode = '${state}'; end $$`))
        : write(events, about);
    const records = ['one', 'two', 'three'].map((parcel) => recordOf(sent(parcel)));
    const { batchItemFailures } = await run(call(records), handle);
    expect(batchItemFailures).toEqual([{ itemIdentifier: numberOf(records[1] as KinesisStreamRecord) }]);
    expect(await parcels()).toEqual(['one', 'three']);
  });

  it('whose work has a bug for one of them fail alone, too', async () => {
    const handle: Work['handle'] = (events, about) => {
      if (events.some(({ data }) => data.parcel === 'two')) throw new TypeError('two is not what was expected');
      return write(events, about);
    };
    const records = ['one', 'two', 'three'].map((parcel) => recordOf(sent(parcel)));
    const { batchItemFailures } = await run(call(records), handle);
    expect(batchItemFailures).toEqual([{ itemIdentifier: numberOf(records[1] as KinesisStreamRecord) }]);
    expect(await parcels()).toEqual(['one', 'three']);
  });

  it('at fault are tried five times and then left out, their reason kept', async () => {
    const lacking = { ...sent('x'), data: {} };
    const records = [recordOf(lacking), recordOf(sent('one'))];
    const failed: number[] = [];
    for (let tries = 1; tries <= 6; tries++) failed.push((await run(call(records))).batchItemFailures.length);
    expect(failed).toEqual([1, 1, 1, 1, 0, 0]);
    expect(await failures()).toMatchObject([{ tries: 6, error: expect.stringContaining('/parcel') }]);
  });

  it('that were handled after all are no failures any more', async () => {
    const event = sent('one');
    await run(call([recordOf(event)]), () => {
      throw new RangeError('not now');
    });
    expect(await failures()).toMatchObject([{ event_id: event.id }]);
    await run(call([recordOf(event)]));
    expect(await failures()).toEqual([]);
    expect(await parcels()).toEqual(['one']);
  });

  it('come again as a whole when the database is at fault: none counts as tried', async () => {
    const records = ['one', 'two'].map((parcel) => recordOf(sent(parcel)));
    await database.query('revoke insert on parcels from kelvo_app');
    try {
      await expect(run(call(records))).rejects.toThrow('permission denied');
    } finally {
      await database.query('grant insert on parcels to kelvo_app');
    }
    expect(calls.length).toBe(1);
    expect(await failures()).toEqual([]);
    expect((await run(call(records))).batchItemFailures).toEqual([]);
    expect(await parcels()).toEqual(['one', 'two']);
  });
});

describe('the end of a window', () => {
  it('is told with the window’s end, whatever the clock says', async () => {
    const answer = await run(call([], { isFinalInvokeForWindow: true, state: { records: 9 } }));
    expect(answer).toEqual({ state: { records: 9 }, batchItemFailures: [] });
    expect(closed).toEqual([new Date('2026-11-20T10:01:00Z')]);
  });

  it('that came early is told with the present: the window goes on', async () => {
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const before = Date.now();
    await run(call([], { isFinalInvokeForWindow: true, isWindowTerminatedEarly: true, window: { start: end, end } }));
    expect(closed[0]?.getTime()).toBeGreaterThanOrEqual(before);
    expect(closed[0]?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('comes after the records that it brings, if it brings any', async () => {
    await run(call([recordOf(sent('one'))], { isFinalInvokeForWindow: true }), async (events, about) => {
      expect(closed).toEqual([]);
      return write(events, about);
    });
    expect(closed.length).toBe(1);
    expect(await parcels()).toEqual(['one']);
  });
});

it('a call without records is refused', async () => {
  const { Records: _, ...event } = call([]);
  await expect(run(event as KinesisStreamTumblingWindowEvent)).rejects.toThrow('The event has no Records');
});
