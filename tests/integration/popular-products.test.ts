/** From orders that were paid to what is popular: counted once by product and day, listed for admins, and into `products.popularity`. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addSalesToPopularity } from '#functions/analytics/lib/popularity.pg.ts';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { batchOf, eventOf } from '#tests/support/deliveries.ts';
import { signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const dayMs = 86_400_000;
let shop: Shop;
let admin: Awaited<ReturnType<typeof signIn>>;
let ids: string[];
/** When the scale of popularity began here. */
let began: Date;
beforeAll(async () => {
  shop = await startShop({ EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' });
  admin = await signIn(shop, 'admin');
  ids = (await shop.database.query<{ id: string }>('select id from products order by id')).map(({ id }) => id);
  const [mark] = await shop.database.query<{ at: Date }>('select popularity_began_at as at from analytics_marks');
  began = mark?.at ?? new Date(Number.NaN);
});
afterAll(() => shop.end());
beforeEach(async () => {
  await shop.database.query('truncate product_sales, product_scores; update products set popularity = 0');
});

/** Pieces of a product, paid so many days ago. */
const sell = (product: number, pieces: number, { daysAgo = 0, currency = 'USD', now = new Date() } = {}) =>
  shop.database.query(
    `insert into product_sales as s (day, product_id, currency, pieces, revenue) values (date_trunc('day', $1::timestamptz, 'UTC'), $2, $3, $4::bigint, $4::bigint * 100)
     on conflict (day, product_id, currency) do update set pieces = s.pieces + excluded.pieces, revenue = s.revenue + excluded.revenue`,
    [new Date(now.getTime() - daysAgo * dayMs), ids[product], currency, pieces],
  );
const listed = async (query = '') => {
  const { status, body } = await admin.call(`/api/analytics/popular-products${query}`);
  expect(status).toBe(200);
  return body.items as { product: { id: string; name: string }; pieces: number; revenue: unknown }[];
};
const sold = (items: Awaited<ReturnType<typeof listed>>) => items.map(({ product, pieces }) => [ids.indexOf(product.id), pieces]);

describe('an order that was paid', () => {
  const paid = (items: { product: number; quantity: number; cents: number }[], { at = new Date(), currency = 'USD' as const } = {}) =>
    eventOf(
      orderEvents.paid,
      {
        orderId: randomUUID(),
        number: 'K-0000-0000',
        status: 'paid',
        total: { amount: 1, currency },
        items: items.map(({ product, quantity, cents }) => ({
          productId: ids[product] as string,
          quantity,
          unitPrice: { amount: cents, currency },
        })),
        buyer: 'somebody',
        reason: null,
      },
      { at },
    );
  const deliver = (...events: ReturnType<typeof paid>[]) =>
    shop.gateway.invoke('AnalyticsCountSoldProducts', batchOf(...events), 30_000) as Promise<{ batchItemFailures: unknown[] }>;
  const counts = () =>
    shop.database.query(
      `select array_position($1::uuid[], product_id) - 1 as product, day, pieces::integer, revenue::integer from product_sales order by day, product_id`,
      [ids],
    );

  it('counts its pieces and what was paid for them, on the day it was paid, once however often its event comes', async () => {
    const late = paid([{ product: 1, quantity: 2, cents: 150 }], { at: new Date('2026-03-01T23:59:59.999Z') });
    const two = paid(
      [
        { product: 2, quantity: 1, cents: 999 },
        { product: 1, quantity: 3, cents: 100 },
      ],
      { at: new Date('2026-03-02T00:00:00.000Z') },
    );
    for (const events of [[two, late], [late], [two, two, late]]) expect(await deliver(...events)).toEqual({ batchItemFailures: [] });
    await deliver(paid([{ product: 1, quantity: 1, cents: 100 }], { at: new Date('2026-03-02T12:00:00.000Z') }));
    const [first, second] = [new Date('2026-03-01'), new Date('2026-03-02')];
    expect(await counts()).toEqual([
      { product: 1, day: first, pieces: 2, revenue: 300 },
      { product: 1, day: second, pieces: 4, revenue: 400 },
      { product: 2, day: second, pieces: 1, revenue: 999 },
    ]);
  });

  it('counts in full when many come at once, of the same products in any order', async () => {
    const line = (product: number) => ({ product, quantity: 1, cents: 100 });
    const events = Array.from({ length: 40 }, (_, i) => paid(i % 2 ? [line(0), line(1), line(2)] : [line(2), line(1), line(0)]));
    const answers = await Promise.all([0, 1, 2, 3].map((n) => deliver(...events.slice(n * 10, n * 10 + 10))));
    expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    const rows = (await counts()) as { pieces: number }[];
    expect(rows.reduce((sum, { pieces }) => sum + pieces, 0)).toBe(120);
  });
});

describe('the list of popular products', () => {
  it('has what sold most pieces first, with what was paid for it by currency', async () => {
    await sell(3, 2);
    await sell(1, 4, { currency: 'EUR' });
    await sell(1, 1);
    await sell(2, 3, { daysAgo: 2 });
    const items = await listed();
    expect(sold(items)).toEqual([
      [1, 5],
      [2, 3],
      [3, 2],
    ]);
    expect(items[0]?.revenue).toEqual([
      { amount: 400, currency: 'EUR' },
      { amount: 100, currency: 'USD' },
    ]);
    expect(items[0]?.product).toMatchObject({ id: ids[1], price: { currency: 'USD' }, category: { slug: expect.any(String) } });
  });

  it('is of today, of the last seven or of the last thirty days', async () => {
    for (const [product, daysAgo] of [0, 1, 6, 7, 29, 30].entries()) await sell(product, 10 - product, { daysAgo });
    expect(sold(await listed('?period=day')).map(([product]) => product)).toEqual([0]);
    expect(sold(await listed('?period=week')).map(([product]) => product)).toEqual([0, 1, 2]);
    expect(sold(await listed('?period=month')).map(([product]) => product)).toEqual([0, 1, 2, 3, 4]);
    expect(await listed()).toEqual(await listed('?period=week'));
  });

  it('adds up all days of a product that led on one of them', async () => {
    await shop.database.query(
      `insert into product_sales (day, product_id, currency, pieces, revenue)
         select date_trunc('day', now(), 'UTC'), gen_random_uuid(), 'USD', 50, 50 from generate_series(1, 250)`,
    );
    await sell(1, 90, { daysAgo: 1 });
    await sell(1, 20);
    await sell(2, 30);
    expect(sold(await listed('?period=week&limit=1'))).toEqual([[1, 110]]);
  });

  it('orders equals by id, cuts at the limit, and shows what is off the shelf too', async () => {
    for (const product of [2, 0, 1]) await sell(product, 7);
    await shop.database.query('update products set archived_at = now() where id = $1', [ids[0]]);
    expect(sold(await listed('?limit=2'))).toEqual([
      [0, 7],
      [1, 7],
    ]);
    await shop.database.query('update products set archived_at = null where id = $1', [ids[0]]);
  });

  it('is empty without sales, and for admins only', async () => {
    expect(await listed()).toEqual([]);
    const shopper = await signIn(shop, 'shopper');
    expect((await shopper.call('/api/analytics/popular-products')).status).toBe(403);
    expect((await shop.call('/api/analytics/popular-products')).status).toBe(401);
  });

  it('has a view for those who read the database, with the views of the day', async () => {
    await sell(1, 5);
    await shop.database.query(
      `insert into product_views (day, product_id, slot, views) select date_trunc('day', now(), 'UTC'), $1, slot, 10 from generate_series(0, 2) slot`,
      [ids[1]],
    );
    const [row] = await shop.database.query(
      'select product_id, slug, pieces::integer, currency, revenue::integer, views::integer from popular_products',
    );
    expect(row).toEqual({ product_id: ids[1], slug: expect.any(String), pieces: 5, currency: 'USD', revenue: 500, views: 30 });
    await shop.database.query('truncate product_views');
  });
});

describe('popularity', () => {
  const refresh = (now = new Date()) =>
    shop.gateway.invoke('AnalyticsRefreshPopularity', { time: now.toISOString() }, 60_000) as Promise<{ sold: number; changed: number }>;
  const daysOn = (days: number) => new Date(began.getTime() + days * dayMs);
  const popularity = async (...products: number[]) => {
    const rows = await shop.database.query<{ id: string; popularity: number }>('select id, popularity from products');
    const byId = new Map(rows.map((row) => [row.id, row.popularity]));
    return products.map((product) => byId.get(ids[product] as string) ?? Number.NaN);
  };
  const start = (product: number, points: number) =>
    shop.database.query('update products set popularity = $2 where id = $1', [ids[product], points]);

  it('rises by what was sold: a hundred points more are twice as popular', async () => {
    // The scale began within the day, at which the pieces count from its beginning: some points at most.
    for (const [product, pieces] of [1, 3, 7, 1023].entries()) await sell(product, pieces, { now: began });
    expect(await refresh(daysOn(0.01))).toEqual({ sold: 4, changed: 4 });
    const [one, three, seven, many] = (await popularity(0, 1, 2, 3)) as [number, number, number, number];
    expect(Math.abs(one - 100)).toBeLessThan(8);
    expect(Math.abs(three - 200)).toBeLessThan(8);
    expect(Math.abs(seven - 300)).toBeLessThan(8);
    expect(Math.abs(many - 1000)).toBeLessThan(8);
  });

  it('changes nothing when it runs again, or when nothing was sold', async () => {
    await sell(0, 5);
    const now = daysOn(1);
    expect(await refresh(now)).toEqual({ sold: 1, changed: 1 });
    const [before] = await shop.database.query<{ rows: string }>('select json_agg(p.xmin::text order by id) as rows from products p');
    expect(await refresh(now)).toEqual({ sold: 0, changed: 0 });
    expect(await refresh(daysOn(400))).toEqual({ sold: 0, changed: 0 });
    expect(await shop.database.query('select json_agg(p.xmin::text order by id) as rows from products p')).toEqual([before]);
  });

  it('is the same however often and late it runs', async () => {
    for (const day of [9, 3, 5]) {
      await sell(0, day, { now: daysOn(day) });
      await refresh(daysOn(10 + day));
    }
    for (const day of [3, 5, 9]) await sell(1, day, { now: daysOn(day) });
    await refresh(daysOn(200));
    const [often, once] = await popularity(0, 1);
    expect(often).toBe(once);
  });

  it('lets what a product had at the beginning lose half of its weight in two weeks', async () => {
    // 500 points are 32 pieces. Four weeks later as many points are made by 8 pieces sold then.
    await start(0, 500);
    await start(1, 0);
    const later = daysOn(28);
    await sell(1, 7, { now: later });
    await refresh(later);
    const [old = 0, fresh = 0] = await popularity(0, 1);
    expect(old).toBe(500);
    expect(Math.abs(fresh - (200 + 100 * Math.log2(7.25)))).toBeLessThan(8);
    await sell(1, 1, { now: later });
    await refresh(later);
    expect(Math.abs(((await popularity(1))[0] as number) - old)).toBeLessThan(8);
  });

  it('keeps the fractions of many small steps', async () => {
    await start(0, 900); // 512 pieces: one more is 0.3 points
    const now = daysOn(0);
    let writes = 0;
    for (let i = 0; i < 30; i++) {
      await sell(0, 1, { now });
      writes += (await refresh(now)).changed;
    }
    const [row] = await shop.database.query<{ score: number }>('select score from product_scores where product_id = $1', [ids[0]]);
    expect(Math.abs((row?.score ?? 0) - 100 * Math.log2(542))).toBeLessThan(2);
    expect(writes).toBe(1);
    expect(Math.abs(((await popularity(0))[0] as number) - (row?.score ?? 0))).toBeLessThan(5.5);
  });

  it('is written to the product only when it moved noticeably, since a write touches every index; what was left out comes with the next', async () => {
    await start(0, 1000); // 1,024 pieces: 10 more are 1.4 points, 50 more 6.8
    const now = daysOn(0);
    const version = async () =>
      (await shop.database.query<{ xmin: string }>('select xmin::text from products where id = $1', [ids[0]]))[0]?.xmin;
    const before = await version();
    await sell(0, 10, { now });
    expect(await refresh(now)).toEqual({ sold: 1, changed: 0 });
    expect(await version()).toBe(before);
    expect(await popularity(0)).toEqual([1000]);
    await sell(0, 40, { now });
    expect(await refresh(now)).toEqual({ sold: 1, changed: 1 });
    expect(Math.abs(((await popularity(0))[0] as number) - 100 * Math.log2(1074))).toBeLessThan(2);
  });

  it('goes on from what was set by hand', async () => {
    const now = daysOn(0);
    await sell(0, 1, { now });
    await refresh(now);
    await start(0, 900);
    await sell(0, 512, { now });
    await refresh(now);
    expect(Math.abs(((await popularity(0))[0] as number) - 1000)).toBeLessThan(8);
  });

  it('adds each piece once while it runs twice at a time, in small batches, and while others are sold', async () => {
    const client = new pg.Pool({ connectionString: shop.database.adminUrl, max: 8 });
    const sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Row[];
    const now = daysOn(0);
    try {
      const sales = Promise.all(ids.map((_, product) => sell(product, 1, { now }).then(() => sell(product, 2, { now }))));
      const run = async () => {
        for (let last: string | null = '00000000-0000-0000-0000-000000000000'; last !== null; )
          last = (await addSalesToPopularity(sql, { after: last, limit: 7, now })).last;
      };
      await Promise.all([run(), run(), run(), sales]);
      await refresh(now); // what was skipped, because another run held it
    } finally {
      await client.end();
    }
    const [row] = await shop.database.query<{ pieces: number; counted: number }>(
      'select sum(pieces)::integer as pieces, sum(counted)::integer as counted from product_sales',
    );
    expect(row).toEqual({ pieces: 3 * ids.length, counted: 3 * ids.length });
    const all = await popularity(...ids.keys());
    expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
    expect(Math.abs((all[0] as number) - 200)).toBeLessThan(8);
  });

  it('waits for no order that holds a product, and leaves that one to the next run', async () => {
    await sell(0, 3);
    await sell(1, 3);
    const holder = new pg.Client({ connectionString: shop.database.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from products where id = $1 for no key update', [ids[0]]);
      expect(await refresh()).toEqual({ sold: 2, changed: 1 });
    } finally {
      await holder.end();
    }
    expect(await refresh()).toEqual({ sold: 1, changed: 1 });
  });

  it('decides the order of the list by popularity', async () => {
    await sell(5, 9);
    await sell(6, 20);
    await refresh();
    const { body } = await shop.call('/api/products?sort=popularity&limit=2');
    expect(body.items.map(({ id }: { id: string }) => ids.indexOf(id))).toEqual([6, 5]);
  });
});
