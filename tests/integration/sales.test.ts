/** What sales are added up to: the same whatever the order, the batches and the redeliveries of their events. */
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SaleFact } from '#functions/analytics/lib/sale-fact.ts';
import { addFacts, lockSales } from '#functions/analytics/lib/sales.pg.ts';
import { salesSteps } from '#functions/analytics/lib/sales-steps.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';

let database: TestDatabase;
let clients: pg.Client[];
beforeAll(async () => {
  database = await freshDatabase('bare');
  clients = [1, 2].map(() => new pg.Client({ connectionString: database.url }));
  for (const client of clients) await client.connect();
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await database.end();
});
beforeEach(() => empty());
const empty = () => database.query('truncate sales_facts, sales_totals, sales_minutes_to_close');

/** Adds a batch in a transaction of its own, as a function would. */
async function add(facts: readonly SaleFact[], which = 0): Promise<number> {
  const client = clients[which] as pg.Client;
  const sql: Sql = async (text, values = []) => (await client.query(text, [...values])).rows;
  await sql('begin');
  await lockSales(sql);
  const added = await addFacts(sql, facts);
  await sql('commit');
  return added;
}

// Two days around a midnight of UTC, in few minutes, so that facts meet: in a minute, an hour, a day, or none of them.
const instant = fc
  .record({ minute: fc.constantFrom(-1441, -61, -60, -1, 0, 1, 59, 60), second: fc.integer({ min: 0, max: 59 }) })
  .map(({ minute, second }) => new Date(Date.parse('2026-03-29T00:00:00Z') + minute * 60_000 + second * 1_000).toISOString());
const money = fc.record({ currency: fc.constantFrom('USD' as const, 'EUR' as const), amount: fc.integer({ min: 1, max: 1_000 }) });
const id = fc.uuid({ version: 7 });
const sale = fc
  .record({ order: id, events: fc.tuple(id, id), at: instant, money, buyer: fc.constantFrom('ada', 'bob', 'cleo'), paid: fc.boolean() })
  .map(({ order: order_id, events: [placed, paid], at, money, buyer, paid: isPaid }): SaleFact[] => [
    { event_id: placed, kind: 'placed', at, order_id, ...money },
    ...(isPaid ? [{ event_id: paid, kind: 'paid' as const, at, order_id, ...money, buyer }] : []),
  ]);
const refund = fc
  .record({
    order: id,
    refund: id,
    events: fc.tuple(id, id),
    at: instant,
    later: instant,
    money,
    news: fc.constantFrom('both', 'success', 'failure'),
  })
  .map(({ order: order_id, refund: refund_id, events: [success, failure], at, later, money, news }): SaleFact[] => [
    ...(news === 'failure' ? [] : [{ event_id: success, kind: 'refunded' as const, at, order_id, refund_id, ...money }]),
    ...(news === 'success' ? [] : [{ event_id: failure, kind: 'refund-failed' as const, at: later, order_id, refund_id, ...money }]),
  ]);
/** Facts, and how they arrive: in any order, some more than once, in batches of any size. */
const deliveries = fc
  .array(fc.oneof({ weight: 3, arbitrary: sale }, refund), { maxLength: 12 })
  .map((each) => each.flat())
  .chain((facts) =>
    fc.record({
      facts: fc.constant(facts),
      arriving: fc
        .tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.shuffledSubarray(facts))
        .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length })),
      sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 40, maxLength: 40 }),
    }),
  );

const lengths = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
interface Totals {
  placed: number;
  orders: number;
  buyers: number;
  revenue: Record<string, number>;
  refunded: Record<string, number>;
}

/** What the totals have to be, computed from all facts at once. */
function totalsFromScratch(facts: readonly SaleFact[]): Record<string, Totals> {
  const totals: Record<string, Totals & { people: Set<string> }> = {};
  const failed = new Set(facts.filter(({ kind }) => kind === 'refund-failed').map(({ refund_id }) => refund_id));
  for (const { kind, at, currency, amount, buyer = '', refund_id } of facts) {
    if (kind === 'refund-failed' || (kind === 'refunded' && failed.has(refund_id))) continue;
    for (const step of salesSteps) {
      const start = new Date(Math.floor(Date.parse(at) / lengths[step]) * lengths[step]).toISOString();
      totals[`${step} ${start}`] ??= { placed: 0, orders: 0, buyers: 0, revenue: {}, refunded: {}, people: new Set() };
      const total = totals[`${step} ${start}`] as Totals & { people: Set<string> };
      if (kind === 'placed') total.placed += 1;
      if (kind === 'refunded') total.refunded[currency] = (total.refunded[currency] ?? 0) + amount;
      if (kind !== 'paid') continue;
      total.orders += 1;
      total.revenue[currency] = (total.revenue[currency] ?? 0) + amount;
      total.buyers = total.people.add(buyer).size;
    }
  }
  return Object.fromEntries(Object.entries(totals).map(([key, { people: _, ...total }]) => [key, total]));
}

async function totalsInTable(): Promise<Record<string, Totals>> {
  const rows = await database.query<{ step: string; start: Date } & Totals>(
    `select step, start, sum(placed)::integer as placed, sum(paid)::integer as orders, sum(buyers)::integer as buyers,
            coalesce(jsonb_object_agg(currency, revenue) filter (where revenue <> 0), '{}') as revenue,
            coalesce(jsonb_object_agg(currency, refunded) filter (where refunded <> 0), '{}') as refunded
       from sales_totals group by step, start
     having sum(placed + paid + buyers + revenue) <> 0 or sum(abs(refunded)) <> 0`,
  );
  return Object.fromEntries(rows.map(({ step, start, ...total }) => [`${step} ${start.toISOString()}`, total]));
}

const minutesToClose = async () =>
  (await database.query<{ start: Date }>('select start from sales_minutes_to_close order by start')).map(({ start }) =>
    start.toISOString(),
  );

describe('the totals of sales', () => {
  it('are the same for any order of events, any redelivery and any batches, and are those computed from all facts at once', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ facts, arriving, sizes }) => {
        await empty();
        let added = 0;
        for (let i = 0, size = 0; i < arriving.length; i += size) {
          size = sizes.shift() ?? 1;
          added += await add(arriving.slice(i, i + size));
        }
        expect(added).toBe(facts.length);
        expect(await totalsInTable()).toEqual(totalsFromScratch(facts));
        const paid = facts.filter(({ kind }) => kind === 'paid').map(({ at }) => `${at.slice(0, 16)}:00.000Z`);
        expect(await minutesToClose()).toEqual([...new Set(paid)].sort());
      }),
      { numRuns: 60 },
    );
  });

  it('are right when two invocations add the same and other events at the same time, in any order', async () => {
    const facts = Array.from({ length: 200 }, (_, i): SaleFact => {
      const order_id = newId();
      const at = new Date(Date.parse('2026-03-29T00:00:00Z') + (i % 40) * 37_000).toISOString();
      return {
        event_id: newId(),
        kind: 'paid',
        at,
        order_id,
        currency: i % 3 === 0 ? 'EUR' : 'USD',
        amount: i + 1,
        buyer: `buyer ${i % 7}`,
      };
    });
    const batches = (list: SaleFact[]) => Array.from({ length: 20 }, (_, i) => list.slice(i * 10, i * 10 + 10));
    const inTurn = async (list: SaleFact[], which: number) => {
      for (const batch of batches(list)) await add(batch, which);
    };
    await Promise.all([inTurn(facts, 0), inTurn(facts.toReversed(), 1)]);
    expect(await totalsInTable()).toEqual(totalsFromScratch(facts));
  });
});
