/** What the daily sweep deletes, and above all what it does not: live sessions, carts, keys, and events that nobody has taken yet. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { retention } from '#functions/ops/lib/retention.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let productId: string;
beforeAll(async () => {
  shop = await startShop({ EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' });
  const [row] = await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1');
  productId = row?.id ?? '';
});
afterAll(() => shop.end());

const now = new Date();
const sweep = (at = now) => shop.gateway.invoke('OpsSweepRows', { time: at.toISOString() }, 60_000) as Promise<Record<string, number>>;
const count = async (table: string, where = 'true') =>
  (await shop.database.query<{ rows: number }>(`select count(*)::integer as rows from ${table} where ${where}`))[0]?.rows;
/** So many days before the sweep, give or take a minute. */
const daysAgo = (days: number, minutes = 0) => new Date(now.getTime() - days * 86_400_000 + minutes * 60_000);

/** Rows of each kind, one a moment: what makes a row as old as `at`. */
const rowsOf: Record<keyof typeof retention, (at: Date) => Promise<unknown>> = {
  publishedEvents: (at) =>
    shop.database.query(`insert into outbox (id, type, event, created_at, published_at) values ($1, 'user.registered.v1', $2, $3, $3)`, [
      randomUUID(),
      { data: { userId: randomUUID() } },
      at,
    ]),
  handledEvents: (at) =>
    shop.database.query('insert into inbox (consumer, event_id, handled_at) values ($1, $2, $3)', ['x', randomUUID(), at]),
  consumerFailures: (at) =>
    shop.database.query(
      `insert into consumer_failures (consumer, event_id, error, tries, first_failed_at, failed_at) values ('x', $1, 'no', 1, '2020-01-01', $2)`,
      [randomUUID(), at],
    ),
  idempotencyKeys: (at) =>
    shop.database.query(
      `insert into idempotency_keys (scope, key, body_hash, status, answer, created_at) values ('guest', $1, 'x', 201, '{}', $2)`,
      [randomUUID(), at],
    ),
  loginAttempts: (at) => shop.database.query('insert into login_attempts (id, subject, at) values ($1, $2, $3)', [randomUUID(), 'x', at]),
  endedTokens: (at) =>
    shop.database.query(
      `insert into refresh_tokens (id, family_id, user_id, token_hash, created_at, expires_at) select $1, $1, id, $2, $3, $3 from users limit 1`,
      [randomUUID(), randomUUID(), at],
    ),
  orderedCarts: (at) =>
    shop.database.query('insert into carts (session_id, created_at, updated_at, ordered_at) values ($1, $2, $2, $2)', [randomUUID(), at]),
  abandonedCarts: (at) =>
    shop.database.query('insert into carts (session_id, created_at, updated_at) values ($1, $2, $2)', [randomUUID(), at]),
  notifications: (at) =>
    shop.database.query(
      `insert into notifications (id, kind, channel, recipient, text, created_at) values ($1, 'welcome', 'mail', 'ada@example.com', 'Hello', $2)`,
      [randomUUID(), at],
    ),
  trafficRuns: (at) =>
    shop.database.query(
      `insert into traffic_runs (id, seed, requests_per_minute, seconds, started_by, started_at, ended_at) values ($1, 1, 30, 60, $1, $2, $2)`,
      [randomUUID(), at],
    ),
  salesFacts: (at) =>
    shop.database.query(
      `insert into sales_facts (event_id, kind, at, order_id, currency, amount, buyer) values ($1, 'paid', $2, $1, 'USD', 1, 'x')`,
      [randomUUID(), at],
    ),
  productViews: (at) =>
    shop.database.query('insert into product_views (day, product_id, slot, views) values ($1, $2, 0, 5)', [at, randomUUID()]),
  adFigures: (at) =>
    shop.database.query('insert into ad_figures (day, ad_id, slot, impressions, clicks) values ($1, $2, 0, 5, 1)', [at, randomUUID()]),
  adClicks: (at) =>
    shop.database.query('insert into ad_clicks (ad_id, showing_id, at) values ($1, $2, $3)', [randomUUID(), randomUUID(), at]),
  exchangeRates: (at) =>
    shop.database.query(
      `with began as (delete from exchange_rates where source = 'fixed')
       insert into exchange_rates (valid_from, code, micros, as_of, source, fetched_at)
         values ($1::timestamptz, 'USD', 1000000, $1::timestamptz, 'x', $1::timestamptz)`,
      [at],
    ),
  productSales: (at) =>
    shop.database.query(
      `insert into product_sales (day, product_id, currency, pieces, revenue, counted) values ($1, $2, 'USD', 5, 500, 5)`,
      [at, randomUUID()],
    ),
  productAffinities: (at) =>
    shop.database.query('insert into product_affinity (product_id, other_id, score, trained_at) values ($1, $2, 0.5, $3)', [
      randomUUID(),
      randomUUID(),
      at,
    ]),
  demoRuns: (at) =>
    shop.database.query(
      `insert into demo_runs (id, mode, seed, speed, started_at, ends_at, ended_at) values ($1, 'normal', 1, 1, $2::timestamptz - interval '1 s', $2, $2)`,
      [randomUUID(), at],
    ),
};
const kinds = Object.keys(retention) as (keyof typeof retention)[];
const none = Object.fromEntries(kinds.map((kind) => [kind, 0]));

beforeEach(async () => {
  await shop.database.query(
    'delete from refresh_tokens; delete from carts; delete from login_attempts; delete from idempotency_keys; delete from outbox; delete from inbox; delete from product_sales; delete from notifications; delete from sales_facts; delete from consumer_failures',
  );
});

describe('the daily sweep', () => {
  it.each(kinds)('deletes %s that are older than their time, and none that are younger', async (kind) => {
    const { days, table } = retention[kind];
    for (const minutes of [-1, -1_000, 1, 1_000]) await rowsOf[kind](daysAgo(days, minutes));
    expect(await sweep()).toEqual({ ...none, [kind]: 2 });
    expect(await count(table)).toBe(2);
    expect(await sweep()).toEqual(none);
  });

  it('deletes as many as there are, batch by batch', async () => {
    await shop.database.query(
      `insert into login_attempts (id, subject, at) select gen_random_uuid(), 'x', now() - interval '2 days' from generate_series(1, 2500)`,
    );
    expect(await sweep()).toEqual({ ...none, loginAttempts: 2500 });
  });

  it('leaves an event that the bus has not taken, however old', async () => {
    await shop.database.query(
      `insert into outbox (id, type, event, created_at, tries, last_error) values ($1, 'user.registered.v1', $2, now() - interval '1 year', 9, 'no')`,
      [randomUUID(), { data: { userId: randomUUID() } }],
    );
    expect(await sweep()).toEqual(none);
    expect(await count('outbox')).toBe(1);
  });

  it('leaves the rates that count, however old, and those that will', async () => {
    await shop.database.query('delete from exchange_rates where valid_from < (select max(valid_from) from exchange_rates)');
    const before = await count('exchange_rates');
    await shop.database.query('update exchange_rates set valid_from = $1', [daysAgo(5_000)]);
    expect(await sweep()).toEqual(none);
    await shop.database.query(
      `insert into exchange_rates (valid_from, code, micros, as_of, source, fetched_at) values (now() + interval '1 hour', 'USD', 1000000, now(), 'x', now())`,
    );
    expect(await sweep()).toEqual(none);
    expect(await count('exchange_rates')).toBe((before ?? 0) + 1);
  });

  it('leaves what was sold and is not in its product’s popularity yet', async () => {
    await shop.database.query(
      `insert into product_sales (day, product_id, currency, pieces, revenue, counted) values ($1, gen_random_uuid(), 'USD', 5, 500, 4)`,
      [daysAgo(500)],
    );
    expect(await sweep()).toEqual(none);
    expect(await count('product_sales')).toBe(1);
  });

  it('leaves the last demonstration, however old, with which a stage knows that it had its initial mode', async () => {
    await shop.database.query('delete from demo_runs');
    for (const days of [200, 300]) await rowsOf.demoRuns(daysAgo(days));
    expect(await sweep()).toEqual({ ...none, demoRuns: 1 });
    expect(await count('demo_runs', `ended_at > now() - interval '250 days'`)).toBe(1);
  });

  it('leaves a row that somebody holds, and takes the others', async () => {
    for (const days of [95, 96, 97]) await rowsOf.abandonedCarts(daysAgo(days));
    const holder = new pg.Client({ connectionString: shop.database.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('select from carts order by updated_at limit 1 for update');
      expect(await sweep()).toEqual({ ...none, abandonedCarts: 2 });
    } finally {
      await holder.end();
    }
    expect(await sweep()).toEqual({ ...none, abandonedCarts: 1 });
  });

  it('sweeps the other kinds when one cannot be swept, and says so', async () => {
    await rowsOf.handledEvents(daysAgo(40));
    await rowsOf.abandonedCarts(daysAgo(100));
    await shop.database.query('revoke delete on inbox from kelvo_app');
    try {
      await expect(sweep()).rejects.toThrow('handledEvents');
      expect([await count('inbox'), await count('carts')]).toEqual([1, 0]);
    } finally {
      await shop.database.query('grant delete on inbox to kelvo_app');
    }
  });
});

describe('a year of sweeping leaves what lives', () => {
  const cookieOf = (reply: { headers: Headers }) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const refresh = (cookie: string) =>
    shop.call('/api/auth/refresh', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', cookie } });
  /** Everything becomes older by so many days. */
  const pass = (days: number) =>
    shop.database.query(`
      update refresh_tokens set created_at = created_at - interval '${days} days', expires_at = expires_at - interval '${days} days', used_at = used_at - interval '${days} days';
      update carts set created_at = created_at - interval '${days} days', updated_at = updated_at - interval '${days} days';
      update idempotency_keys set created_at = created_at - interval '${days} days'`);

  it('a session that is used once a month, though the tokens that it began with are gone', async () => {
    const body = { email: `${randomUUID()}@example.com`, password: 'a good password', name: 'Ada' };
    let cookie = cookieOf(await shop.call('/api/auth/register', { body }));
    for (let month = 0; month < 12; month++) {
      await pass(29);
      await sweep();
      const reply = await refresh(cookie);
      expect(reply.status).toBe(200);
      cookie = cookieOf(reply);
    }
    expect(await count('refresh_tokens')).toBeLessThan(5);
    await pass(31);
    expect((await refresh(cookie)).status).toBe(401);
  });

  it('a guest’s cart that is changed once a quarter, and a shopper’s for good', async () => {
    const guests = (await shop.call('/api/cart/add', { body: { productId, quantity: 1 } })).body.sessionId;
    const body = { email: `${randomUUID()}@example.com`, password: 'a good password', name: 'Ada' };
    const { accessToken } = (await shop.call('/api/auth/register', { body })).body;
    const toMerge = (await shop.call('/api/cart/add', { body: { productId, quantity: 3 } })).body.sessionId;
    const merged = await shop.call('/api/cart/merge', {
      body: { sessionId: toMerge },
      headers: { authorization: `Bearer ${accessToken}` },
    });
    for (let quarter = 0; quarter < 4; quarter++) {
      await pass(89);
      await sweep();
      await shop.call('/api/cart/add', { body: { sessionId: guests, productId, quantity: 1 } });
    }
    const items = async (id: string) => (await shop.call(`/api/cart/${id}`)).body.items;
    expect(await items(guests)).toMatchObject([{ quantity: 5 }]);
    expect(await items(merged.body.sessionId)).toMatchObject([{ quantity: 3 }]);
  });

  it('an order that is sent again a week later is still the same order', async () => {
    const key = randomUUID();
    const items = [{ productId, quantity: 1 }];
    const first = await guest(shop).order(items, {}, key);
    await pass(7);
    await sweep();
    const again = await guest(shop).order(items, {}, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
  });
});
