/** Views, carts, orders and payments of a time, each counted once, in the hour in which it happened. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rollUpCarts } from '#functions/analytics/lib/funnel.pg.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

const hourMs = 3_600_000;
let shop: Shop;
let admin: Person;
let products: string[];
beforeAll(async () => {
  shop = await startShop({}, { pumps: true });
  admin = await signIn(shop, 'admin');
  products = (await shop.database.query<{ id: string }>('select id from products where stock > 50 order by id limit 3')).map(
    ({ id }) => id,
  );
});
afterAll(() => shop.end());
beforeEach(async () => {
  await shop.database.query(`
    truncate funnel_hours, sales_totals; delete from carts;
    update analytics_marks set carts_counted_until = now() - interval '1 hour'`);
});

/** From the hour before the last to the one after this: whatever a test does lies in it. */
const recent = () => ({ from: new Date(Date.now() - 2 * hourMs), to: new Date(Date.now() + hourMs) });
const read = ({ from, to }: { from: Date; to: Date } = recent()) =>
  admin.call(`/api/analytics/funnel?from=${from.toISOString()}&to=${to.toISOString()}`);
const carts = async (range?: { from: Date; to: Date }) => (await read(range)).body.carts;
/** A run of the schedule, so long from now. */
const rollUp = (inMs = 120_000) =>
  shop.gateway.invoke('AnalyticsRollUpFunnel', { time: new Date(Date.now() + inMs).toISOString() }, 60_000) as Promise<{
    carts: number;
    joined: number;
  }>;
const add = (sessionId: string = randomUUID(), product = 0) =>
  shop
    .call('/api/cart/add', { body: { sessionId, productId: products[product], quantity: 1 } })
    .then(({ body }) => body.sessionId as string);

describe('the funnel', () => {
  it('adds up the hours that a time touches, whatever currency people paid in', async () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));
    await shop.database.query(
      `insert into funnel_hours (hour, slot, views, carts) select $1::timestamptz + n * interval '1 hour', s, 10, 1 from generate_series(0, 5) n, generate_series(0, 1) s`,
      [at(0)],
    );
    await shop.database.query(
      `insert into sales_totals (step, start, currency, placed, paid, buyers, revenue, refunded)
         select step, $1::timestamptz + n * interval '1 hour', currency, 3, 2, 1, 100, 0
           from generate_series(0, 5) n, (values ('USD'), ('EUR')) c (currency), (values ('hour'), ('minute')) s (step)`,
      [at(0)],
    );
    expect((await read({ from: at(1), to: at(3) })).body).toEqual({ views: 40, carts: 4, orders: 12, paid: 8 });
    expect((await read({ from: new Date(+at(2) - 1), to: new Date(+at(3) + 1) })).body).toEqual({
      views: 60,
      carts: 6,
      orders: 18,
      paid: 12,
    });
    expect((await read({ from: at(10), to: at(11) })).body).toEqual({ views: 0, carts: 0, orders: 0, paid: 0 });
  });

  it('takes instants with an offset, a year at most, and nothing else', async () => {
    const status = async (query: string) => (await admin.call(`/api/analytics/funnel?${query}`)).status;
    expect(await status('from=2026-01-01T00:00:00%2B01:00&to=2026-01-01T02:00:00Z')).toBe(200);
    expect(await status('from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:00Z')).toBe(200);
    expect(await status('from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:01Z')).toBe(400);
    expect(await status('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe(400);
    expect(await status('from=2026-01-01&to=2026-01-02')).toBe(400);
    expect(await status('from=2026-01-01T00:00:00Z')).toBe(400);
  });

  it('is for admins only', async () => {
    const shopper = await signIn(shop, 'shopper');
    const path = '/api/analytics/funnel?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z';
    expect((await shopper.call(path)).status).toBe(403);
    expect((await shop.call(path)).status).toBe(401);
  });
});

describe('a purchase', () => {
  it('counts once in each step, from the view of the product to the payment', async () => {
    const [productId = ''] = products;
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0' };
    await shop.call('/api/beacon', { body: { kind: 'product-view', ids: [productId] }, headers });
    const sessionId = await add();
    expect((await read()).body).toEqual({ views: 1, carts: 1, orders: 0, paid: 0 });
    const buyer = guest(shop);
    const { body: order } = await buyer.order([], { items: undefined, sessionId });
    const { body: intent } = await buyer.intent(order);
    await shop.pumps.settled();
    expect((await read()).body).toEqual({ views: 1, carts: 1, orders: 1, paid: 0 });
    await shop.database.query('truncate product_sales');
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
    await shop.pumps.settled();
    expect((await read()).body).toEqual({ views: 1, carts: 1, orders: 1, paid: 1 });
    const { items } = (await admin.call('/api/analytics/popular-products?period=day')).body;
    expect(items).toMatchObject([{ product: { id: productId }, pieces: 1, revenue: [order.subtotal] }]);
  });
});

describe('a cart', () => {
  it('counts when it gets its first line, at once, and once however much is put in', async () => {
    const sessionId = await add();
    await add(sessionId, 1);
    await add(sessionId, 2);
    await add();
    expect(await carts()).toBe(2);
    expect(await rollUp()).toEqual({ carts: 2, joined: 0 });
    expect(await carts()).toBe(2);
    expect(await rollUp(600_000)).toEqual({ carts: 0, joined: 0 });
    expect(await carts()).toBe(2);
  });

  it('stays counted when it is emptied, ordered or deleted, and counts again when it begins again', async () => {
    const sessionId = await add();
    await rollUp();
    await shop.call(`/api/cart/${sessionId}`, { method: 'DELETE' });
    expect(await carts()).toBe(1);
    // Begun within the time that the run above has covered: what is put in now would not be found.
    await shop.database.query('update analytics_marks set carts_counted_until = now()');
    await add(sessionId);
    expect(await carts()).toBe(2);
    await rollUp();
    await shop.database.query('delete from carts');
    expect(await carts()).toBe(2);
  });

  it('is not counted before its change is surely committed', async () => {
    await add();
    expect(await rollUp(0)).toEqual({ carts: 0, joined: 0 });
    expect(await carts()).toBe(1);
    expect(await rollUp(61_000)).toEqual({ carts: 1, joined: 0 });
  });

  it('of a guest who signs in stays one', async () => {
    const person = await signIn(shop, 'shopper');
    const sessionId = await add();
    const merged = await person.call('/api/cart/merge', { body: { sessionId } });
    expect(merged.body.itemCount).toBe(1);
    expect(await carts()).toBe(1);
    await rollUp();
    expect(await carts()).toBe(1);
    // Into one that holds something already: the guest's cart was one, and the shopper's was one before.
    await shop.database.query('update analytics_marks set carts_counted_until = now()');
    await person.call('/api/cart/merge', { body: { sessionId: await add() } });
    await rollUp();
    expect(await carts()).toBe(1);
  });

  it('that began before carts were counted does not count', async () => {
    await shop.database.query(
      `insert into carts (session_id, lines, created_at, updated_at) values ('a-cart-of-the-release-before', jsonb_build_object($1::uuid, '{"quantity":1,"addedAt":1}'::jsonb), now(), now())`,
      [products[0]],
    );
    await add('a-cart-of-the-release-before', 1);
    expect(await carts()).toBe(0);
  });

  it('counts once when two runs come at once', async () => {
    for (let i = 0; i < 5; i++) await add();
    const client = new pg.Pool({ connectionString: shop.database.adminUrl, max: 3 });
    const sql = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Row[];
    const holder = await client.connect();
    try {
      await holder.query('begin');
      await holder.query('select from analytics_marks for update');
      const until = new Date(Date.now() + 60_000);
      const runs = Promise.all([rollUpCarts(sql, until), rollUpCarts(sql, until)]);
      // Both have begun, and wait for the mark.
      await expect
        .poll(
          async () =>
            (await shop.database.query(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`))
              .length,
        )
        .toBe(2);
      await holder.query('commit');
      expect((await runs).reduce((sum, counted) => sum + counted, 0)).toBe(5);
      const [row] = await shop.database.query<{ carts: number }>('select sum(carts)::integer as carts from funnel_hours');
      expect(row?.carts).toBe(5);
    } finally {
      holder.release();
      await client.end();
    }
  });
});

describe('the slots of an hour', () => {
  it('become one after a day, with the same sums, also when an hour gets late counts', async () => {
    const at = new Date(Math.floor(Date.now() / hourMs) * hourMs - 30 * hourMs);
    const fill = (slots: string) =>
      shop.database.query(
        `insert into funnel_hours as f (hour, slot, views) select hour, slot, 5 from (values ($1::timestamptz), ($1::timestamptz + interval '29 hours')) h (hour), unnest($2::integer[]) slot
         on conflict (hour, slot) do update set views = f.views + 5`,
        [at, slots],
      );
    const rows = async () =>
      (await shop.database.query('select slot, views::integer from funnel_hours where hour = $1 order by slot', [at])) as {
        slot: number;
        views: number;
      }[];
    await fill('{0,1,2}');
    const range = { from: at, to: new Date(+at + 31 * hourMs) };
    const before = (await read(range)).body;
    expect(await rollUp()).toMatchObject({ joined: 2 });
    expect(await rows()).toEqual([{ slot: 0, views: 15 }]);
    expect((await read(range)).body).toEqual(before);
    await fill('{7}');
    expect(await rollUp()).toMatchObject({ joined: 1 });
    expect(await rows()).toEqual([{ slot: 0, views: 20 }]);
  });
});
