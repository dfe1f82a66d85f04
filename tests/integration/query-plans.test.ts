/**
 * At a hundred thousand products and many rows of everything else, no statement that a request or schedule runs reads or sorts a whole
 * table. The statements are those that the built functions really run, caught on their way to the driver.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostSteps } from '#functions/analytics/lib/sales-steps.ts';
import { productSorts } from '#functions/catalog/lib/contract.ts';
import { moveStock } from '#functions/catalog/lib/stock.pg.ts';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { orderStates } from '#functions/orders/lib/order-states.ts';
import { paymentRefunded, refundFailed } from '#functions/payments/lib/contract.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { KelvoEvent } from '#platform/events/event.ts';
import { newId } from '#platform/ids.ts';
import { orderCreated, startQueues } from '#tests/support/dead-letters.ts';
import { busEventOf, eventOf, kinesisRecord } from '#tests/support/deliveries.ts';
import { signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';
import { writeLargeCatalog } from '../../db/seed/large-catalog.ts';
import { demoUsers } from '../../db/seed/users.ts';

interface Statement {
  text: string;
  values: unknown[];
}
interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const productCount = 100_000;
const adCount = 100_000;
/** Of everything else. */
const many = 30_000;
const big = [
  'products',
  'orders',
  'order_items',
  'order_history',
  'payments',
  'refunds',
  'outbox',
  'carts',
  'stock_movements',
  'audit_log',
  'inbox',
  'idempotency_keys',
  'login_attempts',
  'refresh_tokens',
  'notifications',
  'consumer_failures',
  'product_views',
  'product_sales',
  'funnel_hours',
  'sales_facts',
  'sales_totals',
  'product_affinity',
  'ads',
  'ad_figures',
  'ad_clicks',
];
let queues: Awaited<ReturnType<typeof startQueues>>;
let shop: Shop;
let client: pg.Client;
let recorded: Statement[] | undefined;
let shopperId: string;
let withoutCopies: Awaited<ReturnType<typeof signIn>>;
let admin: Awaited<ReturnType<typeof signIn>>;

beforeAll(async () => {
  queues = await startQueues();
  shop = await startShop({ REDIS_URL: '', EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1', SQS_ENDPOINT: queues.endpoint });
  withoutCopies = await signIn(shop, 'shopper');
  admin = await signIn(shop, 'admin');
  shopperId = withoutCopies.id;
  client = new pg.Client({ connectionString: shop.database.adminUrl });
  await client.connect();
  await writeLargeCatalog(shop.database.adminUrl, productCount, () => undefined);
  await fill();
  record();
}, 300_000);
afterAll(async () => {
  await client.end();
  await shop.end();
  await queues.end();
});

/** Rows of an old and busy shop. Foreign keys are not checked: what they name does not matter here. */
async function fill(): Promise<void> {
  const n = `generate_series(1, ${many}) n`;
  const at = `timestamptz '2026-01-01' + n * interval '3 minutes'`;
  // Unpaid ones are few; each other status has its share, and the demo shopper has some of each.
  const others = orderStates.filter((each) => each !== 'pending_payment');
  const status = `case when n % 1000 = 0 then 'pending_payment' else ('{${others}}'::text[])[1 + n % ${others.length}] end`;
  const product = `overlay(overlay(md5('product ' || n % 5000) placing '7' from 13) placing '8' from 17)::uuid`;
  const ad = (n: string) => `overlay(overlay(md5('ad ' || ${n}) placing '7' from 13) placing '8' from 17)::uuid`;
  const order = `overlay(overlay(md5('order ' || n) placing '7' from 13) placing '8' from 17)::uuid`;
  // Plans are for the tables as they are filled here. Autovacuum comes after a minute, and may see one that the sweep has just emptied.
  for (const table of big) await client.query(`alter table ${table} set (autovacuum_enabled = false)`);
  await client.query(`
    set session_replication_role = replica;
    insert into orders (id, number, status, user_id, email, currency, rate_micros, subtotal, shipping, tax, total, shipping_method, shipping_address, created_at, updated_at)
      select ${order}, 'K-' || n, ${status},
             case when n % 500 = 0 then '${shopperId}'::uuid when n % 3 = 0 then null else md5('user ' || n % 5000)::uuid end,
             'a@b.example', 'USD', 1000000, 1, 0, 0, 1, 'standard', '{}', ${at}, ${at} from ${n};
    insert into order_items (order_id, position, product_id, name, image_url, quantity, unit_price, line_total)
      select ${order}, 1, ${product}, 'x', '', 1, 1, 1 from ${n};
    insert into order_history (id, order_id, status, actor, at) select gen_random_uuid(), ${order}, 'pending_payment', 'guest', ${at} from ${n};
    insert into payments (id, order_id, provider, intent_id, client_secret, amount, currency, status, created_at, updated_at)
      select md5('payment ' || n)::uuid, ${order}, 'mock', 'pi_old_' || n, 'x', 1, 'USD', 'succeeded', ${at}, ${at} from ${n} where n % 1000 > 0;
    insert into refunds (id, order_id, payment_id, amount, currency, actor, status, created_at, updated_at)
      select gen_random_uuid(), ${order}, md5('payment ' || n)::uuid, 1, 'USD', 'system', case when n % 10000 = 1 then 'pending' else 'succeeded' end, ${at}, ${at} from ${n} where n % 10 = 1;
    insert into outbox (id, type, event, created_at, published_at)
      select gen_random_uuid(), 'user.registered.v1', '{"id": "x", "time": "2026-01-01T00:00:00.000Z", "data": {"userId": "${shopperId}"}}', ${at}, case when n % 5000 > 0 then now() end from ${n};
    insert into carts (session_id, version, lines, created_at, updated_at)
      select 'an-old-cart-of-somebody-' || n, 1, jsonb_build_object(${product}, '{"quantity":1,"addedAt":1}'::jsonb), ${at}, ${at} from ${n};
    insert into stock_movements (id, product_id, delta, reason, order_id, actor, at)
      select gen_random_uuid(), ${product}, -1, 'ordered', ${order}, 'guest', ${at} from ${n};
    insert into audit_log (id, actor_id, action, subject, detail, at) select gen_random_uuid(), gen_random_uuid(), 'product.change', 'product:' || n % 5000, '{}', ${at} from ${n};
    insert into inbox (consumer, event_id, handled_at) select 'x', n, ${at} from ${n};
    insert into idempotency_keys (scope, key, body_hash, status, answer, created_at) select 'guest', gen_random_uuid(), 'x', 201, '{}', ${at} from ${n};
    insert into login_attempts (id, subject, at) select gen_random_uuid(), 'account:' || n % 5000, ${at} from ${n};
    insert into refresh_tokens (id, family_id, user_id, token_hash, created_at, expires_at)
      select gen_random_uuid(), md5('family ' || n % 3)::uuid, md5('user ' || n % 5000)::uuid, n, ${at}, ${at} + interval '30 days' from ${n};
    insert into notifications (id, kind, channel, recipient, event_id, order_id, text, status, provider_id, created_at)
      select gen_random_uuid(), 'packed', 'mail', 'buyer-' || n % 40 || '@b.example', n, ${order}, 'x', 'sent', 'ses-' || n, ${at} from ${n};
    insert into consumer_failures (consumer, event_id, error, tries, first_failed_at, failed_at)
      select 'notifications/notify-people', md5('event ' || n)::uuid::text, 'x', 5, ${at}, ${at} from ${n};
    insert into sales_facts (event_id, kind, at, order_id, refund_id, currency, amount, buyer)
      select md5('event ' || n)::uuid, case when n % 10 = 0 then 'refunded' else 'paid' end, ${at}, ${order},
             case when n % 10 = 0 then md5('refund ' || n)::uuid end, 'USD', 1, case when n % 10 > 0 then 'buyer ' || n % 3000 end from ${n};
    delete from sales_totals;
    insert into sales_totals (step, start, currency, placed, paid, buyers, revenue, refunded)
      select step, timestamptz '2026-01-01Z' + n * length, 'USD', 1, 1, 1, 1, 0
        from ${n}, (values ('minute', interval '1 minute'), ('hour', '1 hour'), ('day', '24 hours')) step (step, length);
    insert into product_views (day, product_id, slot, views)
      select date_trunc('day', ${at}, 'UTC'), ${product}, n % 16, 1 from ${n} on conflict do nothing;
    insert into product_sales (day, product_id, currency, pieces, revenue, counted)
      select date_trunc('day', now(), 'UTC') - n % 373 * interval '1 day', ${product}, 'USD', 2, 200, case when n % 1000 = 0 then 1 else 2 end from ${n};
    insert into funnel_hours (hour, slot, views, carts) select timestamptz '2023-07-01' + n * interval '1 hour', 0, 1, 1 from ${n};
    insert into sales_totals (step, start, currency, placed, paid, buyers, revenue, refunded)
      select 'hour', timestamptz '2023-07-01' + n * interval '1 hour', 'USD', 1, 1, 1, 1, 0 from ${n} on conflict do nothing;
    insert into product_affinity (product_id, other_id, score, trained_at)
      select ${product}, gen_random_uuid(), 0.1, ${at} from ${n};
    insert into ads (id, title, text, target, category_id, weight, starts_at, ends_at, archived_at, created_at, updated_at)
      select ${ad('n')}, 'x', 'x', '/', (array(select id from categories order by id))[1 + n % 8], 1 + n % 9, ${at},
             case when n % 500 = 0 then 'infinity' else ${at} + interval '1 hour' end, case when n % 3 = 0 then now() end, ${at}, ${at}
        from generate_series(1, ${adCount}) n;
    insert into ad_figures (day, ad_id, slot, impressions, clicks)
      select timestamptz '2025-01-01Z' + n / 100 * interval '24 hours', ${ad('n % 100')}, n % 16, 9, 1 from ${n};
    insert into ad_clicks (ad_id, showing_id, at) select ${ad('n % 100')}, gen_random_uuid(), ${at} from ${n};
    insert into affinity_due (product_id, order_id) select ${product}, gen_random_uuid() from ${n} where n % 500 = 0;
    set session_replication_role = origin;
    analyze`);
}

/** From now on every statement of the functions passes by here; a test says when it looks. */
function record(): void {
  const bundle = join(import.meta.dirname, '../../dist/OrdersPlaceOrder/index.js');
  const driver = createRequire(bundle)('pg') as typeof pg;
  const query = driver.Client.prototype.query as (...args: unknown[]) => unknown;
  driver.Client.prototype.query = function recordingQuery(this: pg.Client, ...args: unknown[]) {
    const [text, values] = args;
    if (recorded && typeof text === 'string') recorded.push({ text, values: Array.isArray(values) ? values : [] });
    return query.apply(this, args);
  } as typeof driver.Client.prototype.query;
}

async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const list: Statement[] = [];
  recorded = list;
  try {
    await work();
  } finally {
    recorded = undefined;
  }
  return list.filter(({ text }) => /^\s*(with|select|update|insert|delete)\b/i.test(text));
}

async function planOf({ text, values }: Statement): Promise<Plan> {
  await client.query('begin');
  try {
    const { rows } = await client.query(`explain (analyze, format json) ${text}`, values);
    return rows[0]['QUERY PLAN'][0].Plan;
  } finally {
    await client.query('rollback');
  }
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
const rowsOf = (plan: Plan) => (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];

/** What a plan does that grows with the table: reading one from end to end, or sorting more than a few rows. */
function faultsOf(plan: Plan, sortable: number): string[] {
  return nodesOf(plan).flatMap((node) => {
    const { 'Node Type': type, 'Relation Name': relation = '', Plans: inputs = [] } = node;
    if (node['Actual Loops'] === 0) return []; // a part of the statement that was not needed
    if (type === 'Seq Scan' && big.includes(relation)) return [`reads all of ${relation}`];
    if (/^(Index|Bitmap Heap)/.test(type) && big.includes(relation) && rowsOf(node) > many / 2)
      return [`reads ${rowsOf(node)} rows of ${relation}`];
    const [input] = inputs;
    return type.includes('Sort') && input && rowsOf(input) > sortable ? [`sorts ${rowsOf(input)} rows`] : [];
  });
}

/** Runs a request or schedule, explains each statement of it, and gives the indexes that they used. */
async function indexesOf(work: () => Promise<unknown>, sortable = 500): Promise<string[]> {
  const statements = await statementsOf(work);
  expect(statements.length).toBeGreaterThan(0);
  const indexes: string[] = [];
  for (const statement of statements) {
    const plan = await planOf(statement).catch((error: { code?: string }) => error);
    if (!('Node Type' in plan)) {
      expect(plan.code, statement.text).toMatch(/^23/); // what it writes is there by now, or stands on rows that are made up here
      continue;
    }
    expect(faultsOf(plan, sortable), `${statement.text}\n${JSON.stringify(plan, null, 1)}`).toEqual([]);
    indexes.push(...nodesOf(plan).flatMap((node) => node['Index Name'] ?? []));
  }
  return indexes;
}

const get = async (path: string, call: Shop['call'] = shop.call) => {
  const reply = await call(path);
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
};

it('the role of the functions compiles no statement, and keeps the lists of words that every search reads short', async () => {
  const { rows } = await client.query<{ rolconfig: string[] }>(`select rolconfig from pg_roles where rolname = 'kelvo_app'`);
  expect(rows[0]?.rolconfig).toEqual(expect.arrayContaining(['jit=off', 'gin_pending_list_limit=512kB']));
});

describe('the list of products', () => {
  const indexOf = { newest: 'newest', price: 'price', '-price': 'price', popularity: 'popularity', name: 'by_name' };

  it.each(productSorts)('by %s walks an index, on any page and in any category', async (sort) => {
    for (const [filter, index] of [
      ['', [`products_${indexOf[sort]}`]],
      ['&category=kitchen', [`products_category_${indexOf[sort]}`, `products_${indexOf[sort]}`]],
    ] as [string, string[]][]) {
      const path = `/api/products?sort=${sort}${filter}`;
      const { nextCursor } = await get(`${path}&limit=100`);
      for (const page of ['', `&cursor=${nextCursor}`, '&skip=100', '&limit=100'])
        expect((await indexesOf(() => get(path + page))).filter((used) => index.includes(used))).not.toEqual([]);
    }
  });

  it.each(productSorts)('by %s keeps to an index between prices too', async (sort) => {
    for (const filter of [
      'minPrice=5000&maxPrice=5100',
      'minPrice=2000',
      'maxPrice=100000&currency=JPY',
      'minPrice=5000&maxPrice=20000&category=kitchen',
    ]) {
      const indexes = await indexesOf(() => get(`/api/products?sort=${sort}&${filter}`), 3_000);
      expect(indexes.some((index) => /^products_(category_)?(newest|price|popularity|by_name)$/.test(index))).toBe(true);
    }
  });

  it('between close prices of a category finds them by price, instead of walking the category by name', async () => {
    const path = '/api/products?category=kitchen&minPrice=5000&maxPrice=5100&sort=name';
    expect(await indexesOf(() => get(path), 2_000)).toContain('products_category_price');
    const [statement] = await statementsOf(() => get(path));
    const read = nodesOf(await planOf(statement as Statement)).filter((node) => node['Relation Name'] === 'products');
    expect(Math.max(...read.map((node) => node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)))).toBeLessThan(2_100);
  });

  it('goes ten thousand products deep by skip on the index alone', async () => {
    expect(await indexesOf(() => get('/api/products?skip=10000'))).toContain('products_newest');
  });
});

describe('a search', () => {
  const count = async (condition: string, values: unknown[] = []) =>
    (
      await client.query<{ n: number }>(
        `select count(*)::integer as n from products p where p.archived_at is null and ${condition}`,
        values,
      )
    ).rows[0]?.n ?? 0;
  const about = (found: number, there: number) => {
    expect(found).toBeGreaterThan(there * 0.65);
    expect(found).toBeLessThan(there * 1.35);
  };

  it('looks words up where few have them, and walks the order where many do, in three statements at most', async () => {
    for (const [query, index] of [
      ['q=nimbus', 'products_w_all'],
      ['q=%22noise+cancelling%22&sort=price', 'products_w_all'],
      ['q=lighthouse&category=books', 'products_w_all'],
      ['q=furniture', 'products_popularity'],
      ['q=furniture&sort=name', 'products_by_name'],
    ] as const) {
      expect((await statementsOf(() => get(`/api/search?${query}`))).length, query).toBeLessThanOrEqual(3);
      expect(await indexesOf(() => get(`/api/search?${query}`), 15_000), query).toContain(index);
    }
  });

  it('asks the next sample only where the one before holds too few: of a frequent word the two larger ones are not read', async () => {
    const [, survey] = await statementsOf(() => get('/api/search?q=made'));
    const nodes = nodesOf(await planOf(survey as Statement));
    const rowsOf = (index: string) =>
      nodes.filter((node) => node['Index Name'] === index).reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
    expect(rowsOf('products_sample_128')).toBeGreaterThan(100);
    expect(rowsOf('products_sample_16')).toBe(0);
    expect(rowsOf('products_w_all')).toBe(0);
  });

  it('looks at ten thousand products for frequent words that hardly any hit has as it should, and says that it is an estimate', async () => {
    expect(await count(`p.w_all @@ 'made & honest'`)).toBeGreaterThan(20_000);
    for (const q of ['"made honestly"', 'house -house']) {
      const path = `/api/search?${new URLSearchParams({ q })}`;
      expect((await get(path)).approximate).toBe(true);
      const [, survey] = await statementsOf(() => get(path));
      const looked = nodesOf(await planOf(survey as Statement)).filter((node) => node['Node Type'] === 'Limit');
      expect(Math.max(...looked.map((node) => node['Actual Rows']))).toBe(10_000);
    }
    for (const q of ['"noise cancelling"', 'noise -noise']) {
      expect((await get(`/api/search?${new URLSearchParams({ q })}`)).approximate).toBe(false);
    }
  });

  it('estimates totals and facets of very many hits, those after a filter by a sample of their own', async () => {
    const all = await get('/api/search?q=laptop&limit=1');
    const there = await count(`p.w_all @@ 'laptop'`);
    expect(there).toBeGreaterThan(1_600);
    expect(all.approximate).toBe(true);
    about(all.total, there);
    about(all.facets.inStock, await count(`p.w_all @@ 'laptop' and p.stock > 0`));
    const part = await count(`p.w_all @@ 'made' and p.price_amount between 10000 and 20000`);
    about((await get('/api/search?q=made&minPrice=10000&maxPrice=20000&limit=1')).total, part);
    const few = await get('/api/search?q=made&minPrice=10000&maxPrice=10050&limit=1');
    expect(few.total).toBe(await count(`p.w_all @@ 'made' and p.price_amount between 10000 and 10050`)); // too few to estimate
  });

  it.each(['relevance', 'newest', 'price', '-price', 'popularity', 'name'])(
    'of very many hits leads by %s through each once, in order',
    async (sort) => {
      const ids: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null && ids.length < 700) {
        const page: { items: { id: string }[]; nextCursor: string | null } = await get(
          `/api/search?q=keyboard&sort=${sort}&limit=100${cursor && `&cursor=${cursor}`}`,
        );
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      const orders: Record<string, string> = {
        relevance: `case when w_name @@ 'keyboard' then 3 when w_title @@ 'keyboard' then 2 else 1 end desc, popularity desc, id desc`,
        newest: 'created_at desc, id desc',
        price: 'price_amount, id',
        '-price': 'price_amount desc, id desc',
        popularity: 'popularity desc, id desc',
        name: 'name collate names, id',
      };
      const { rows } = await client.query<{ id: string }>(
        `select id from products where w_all @@ 'keyboard' and archived_at is null order by ${orders[sort]} limit $1`,
        [ids.length],
      );
      expect(ids.length).toBe(700);
      expect(ids).toEqual(rows.map(({ id }) => id));
    },
  );

  it('finds hits that a walk does not meet in time, at the end of the list as well', async () => {
    // Laptops are dear: a walk from the cheapest product gives up, and all of them are looked at.
    const [, , ...pages] = await statementsOf(() => get('/api/search?q=laptop&sort=price'));
    expect(pages.length).toBe(2);
    const { rows } = await client.query<{ id: string }>(
      `select id from products where w_all @@ 'laptop' and archived_at is null order by price_amount, id`,
    );
    const idsOf = async (query: string) =>
      (await get(`/api/search?q=laptop&sort=price&${query}`)).items.map(({ id }: { id: string }) => id);
    expect(await idsOf('limit=20')).toEqual(rows.slice(0, 20).map(({ id }) => id));
    expect(await idsOf(`limit=20&skip=${rows.length - 5}`)).toEqual(rows.slice(-5).map(({ id }) => id));
    expect(await idsOf(`limit=20&skip=${rows.length}`)).toEqual([]);
    const last = async (sort: string) => (await get(`/api/search?q=laptop&sort=${sort}&limit=20&skip=${rows.length - 3}`)).items.length;
    for (const sort of ['relevance', 'newest', 'popularity', 'name']) expect([sort, await last(sort)]).toEqual([sort, 3]);
  });
});

describe('other reads', () => {
  it('a suggestion walks the most popular products, and looks up what it does not meet there', async () => {
    for (const [typed, indexes] of [
      ['s', ['products_popularity']], // of the words, those that begin so are sorted: some thousands
      ['nimbu', ['products_popularity', 'products_w_name', 'products_w_title']],
      ['nimbus wirel', ['products_popularity', 'products_w_name', 'products_w_title', 'words_pkey']],
      ['nimbsu', ['products_popularity', 'words_pkey', 'words_slips']],
    ] as const)
      expect(await indexesOf(() => get(`/api/search/suggest?${new URLSearchParams({ q: typed })}`), 5_000)).toEqual(
        expect.arrayContaining([...indexes]),
      );
  });

  it('a product, a cart and an order are found by their keys', async () => {
    const [{ id } = { id: '' }] = await shop.database.query<{ id: string }>('select id from products limit 1');
    expect(await indexesOf(() => get(`/api/products/${id}`))).toContain('products_pkey');
    expect(await indexesOf(() => get('/api/cart/an-old-cart-of-somebody-77'))).toEqual(
      expect.arrayContaining(['carts_pkey', 'products_pkey']),
    );
    const [order] = await shop.database.query<{ id: string }>(`select id from orders where number = 'K-500'`);
    const read = () => get(`/api/orders/${order?.id}`, withoutCopies.call);
    expect(await indexesOf(read)).toEqual(expect.arrayContaining(['orders_pkey', 'order_history_order', 'payments_order']));
  });

  it('lists of orders walk an index, a shopper’s own and all of them', async () => {
    const own = await get('/api/orders?limit=50', withoutCopies.call);
    for (const page of ['', `?cursor=${own.nextCursor}&limit=50`, '?skip=20']) {
      expect(await indexesOf(() => get(`/api/orders${page}`, withoutCopies.call))).toContain('orders_user');
    }
    const all = await get('/api/orders?limit=50', admin.call);
    for (const page of ['', `?cursor=${all.nextCursor}&limit=50`, '?skip=1000']) {
      expect(await indexesOf(() => get(`/api/orders${page}`, admin.call))).toContain('orders_newest');
    }
  });

  it('versions of orders are found as the orders are, by keys', async () => {
    const known = { headers: { 'if-none-match': '*' } };
    const [order] = await shop.database.query<{ id: string }>(`select id from orders where number = 'K-500'`);
    const indexes = await indexesOf(async () => {
      expect((await withoutCopies.call(`/api/orders/${order?.id}`, known)).status).toBe(304);
    });
    expect(indexes.sort()).toEqual(['orders_pkey', 'payments_order', 'refunds_order']);
    for (const [person, index] of [
      [withoutCopies, 'orders_user'],
      [admin, 'orders_newest'],
    ] as const) {
      for (const page of ['', '?skip=20']) {
        const used = await indexesOf(async () => {
          expect((await person.call(`/api/orders${page}`, known)).status).toBe(304);
        });
        expect(used.sort()).toEqual([index, 'payments_order', 'refunds_order']);
      }
    }
  });

  it.each(orderStates)(
    'the list of orders that are %s walks an index of its own, on any page, a shopper’s own and all of them',
    async (status) => {
      for (const [person, index] of [
        [withoutCopies, 'orders_user_status'],
        [admin, status === 'pending_payment' ? 'orders_unpaid' : 'orders_status'], // unpaid ones have a small index already: the schedule's
      ] as const) {
        const path = `/api/orders?status=${status}`;
        const { items, nextCursor } = await get(`${path}&limit=2`, person.call);
        expect(items.length).toBe(2);
        for (const page of ['', `&limit=2&cursor=${nextCursor}`, '&skip=20', '&limit=100'])
          expect(await indexesOf(() => get(path + page, person.call))).toContain(index);
      }
    },
  );

  it('the admin’s lists walk theirs', async () => {
    expect(await indexesOf(() => get('/api/admin/audit-log', admin.call))).toContain('audit_log_newest');
    const [{ id } = { id: '' }] = await shop.database.query<{ id: string }>('select id from products limit 1');
    expect(await indexesOf(() => get(`/api/products/${id}/stock-movements`, admin.call))).toContain('stock_movements_product');
  });
});

describe('recommendations', () => {
  it('with a product, with a cart, and with neither read the few rows of indexes that they need', async () => {
    const [{ id } = { id: '' }] = await shop.database.query<{ id: string }>('select product_id as id from product_affinity limit 1');
    await shop.database.query('update products set created_at = now() where id in (select id from products where id <> $1 limit 50)', [id]);
    const walks = ['products_popularity', 'products_category_popularity', 'products_category_newest', 'product_affinity_pkey'];
    const [product] = await shop.database.query<{ id: string }>('select id from products where archived_at is null limit 1');
    expect(await indexesOf(() => get(`/api/recommendations?productId=${product?.id}&limit=20`))).toEqual(expect.arrayContaining(walks));
    expect(await indexesOf(() => get('/api/recommendations?sessionId=an-old-cart-of-somebody-77&limit=20'))).toEqual(
      expect.arrayContaining([...walks, 'carts_pkey']),
    );
    expect(await indexesOf(() => get('/api/recommendations'))).toEqual(expect.arrayContaining(['products_popularity', 'products_newest']));
  });

  it('are learned from a bounded sample of orders, and of each product from its own', async () => {
    const at = { time: new Date().toISOString() };
    const indexes = await indexesOf(() => shop.gateway.invoke('RecommendationsTrainAffinities', at, 60_000), many);
    expect(indexes).toEqual(expect.arrayContaining(['order_items_product_order', 'orders_newest', 'product_affinity_pkey']));
  });
});

describe('the list of dead letters', () => {
  it('looks each reason up by its event', async () => {
    await Promise.all(Array.from({ length: 20 }, () => queues.put(orderCreated().body)));
    expect(await indexesOf(() => get('/api/admin/dead-letters', admin.call))).toContain('consumer_failures_event');
  });
});

describe('the mailbox', () => {
  it('walks an index, all of it, to one recipient or of one order, on any page', async () => {
    const [order] = await shop.database.query<{ id: string }>(`select id from orders where number = 'K-500'`);
    for (const [filter, index] of [
      ['', 'notifications_newest'],
      ['to=Buyer-2@b.example&', 'notifications_of_recipient'],
      [`orderId=${order?.id}&`, 'notifications_of_order'],
    ] as const) {
      const { items, nextCursor } = await get(`/api/notifications/mailbox?${filter}limit=2`, admin.call);
      expect(items.length).toBeGreaterThan(0);
      for (const page of ['', ...(nextCursor ? [`&limit=2&cursor=${nextCursor}`] : []), '&limit=100'])
        expect(await indexesOf(() => get(`/api/notifications/mailbox?${filter}${page.slice(1)}`, admin.call))).toContain(index);
    }
  });

  it('finds the mail that a report names, and a double click, by keys', async () => {
    const [mail] = await shop.database.query<{ id: string }>('select id from notifications limit 1');
    expect(await indexesOf(() => get(`/api/notifications/mailbox/${mail?.id}`, admin.call))).toContain('notifications_pkey');
    const [order] = await shop.database.query<{ id: string }>(`select id from orders where status = 'paid' limit 1`);
    const confirm = () => admin.call('/api/notifications/order-confirmation', { body: { orderId: order?.id } });
    expect(await indexesOf(confirm)).toContain('audit_log_subject');
  });
});

describe('counts', () => {
  it('of views raise rows of their own keys', async () => {
    const [{ id } = { id: '' }] = await shop.database.query<{ id: string }>('select id from products limit 1');
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0' };
    const send = async () =>
      expect((await shop.call('/api/beacon', { body: { kind: 'product-view', ids: [id] }, headers })).status).toBe(204);
    expect(await indexesOf(send)).toContain('products_pkey');
  });

  it('of what sold best read what led each day, and no more of it', async () => {
    for (const period of ['day', 'week', 'month'])
      expect(await indexesOf(() => get(`/api/analytics/popular-products?period=${period}&limit=20`, admin.call), 6_000)).toEqual(
        expect.arrayContaining(['product_sales_leading', 'product_sales_pkey']),
      );
  });

  it('of the funnel read the hours that are asked for, and no others', async () => {
    const path = '/api/analytics/funnel?from=2025-07-01T00:00:00Z&to=2025-08-01T00:00:00Z';
    expect(await indexesOf(() => get(path, admin.call))).toEqual(
      expect.arrayContaining(['funnel_hours_pkey', 'sales_totals_pkey', 'carts_begun']),
    );
  });

  it('reach popularity, and carts the funnel, by small indexes of what is not counted yet', async () => {
    const at = { time: new Date(Date.now() + 120_000).toISOString() };
    await shop.call('/api/cart/add', { body: { productId: (await get('/api/products')).items[0].id, quantity: 1 } });
    expect(await indexesOf(() => shop.gateway.invoke('AnalyticsRollUpFunnel', at, 60_000))).toEqual(
      expect.arrayContaining(['carts_begun', 'funnel_hours_pkey']),
    );
    expect(await indexesOf(() => shop.gateway.invoke('AnalyticsRefreshPopularity', at, 60_000))).toEqual(
      expect.arrayContaining(['product_sales_due', 'products_pkey']),
    );
  });
});

describe('ads', () => {
  it('are chosen from those that run, by an index that leaves out all that ended', async () => {
    for (const path of ['/api/ads?limit=1', '/api/ads?category=kitchen&limit=1', '/api/ads?limit=100'])
      expect(await indexesOf(() => get(path))).toContain('ads_running');
  });

  it('are listed, read, counted, clicked and reported by keys and small indexes', async () => {
    const { items, nextCursor } = await get('/api/admin/ads?limit=100', admin.call);
    for (const page of ['', `&cursor=${nextCursor}`, '&skip=100'])
      expect(await indexesOf(() => get(`/api/admin/ads?limit=100${page}`, admin.call))).toContain('ads_newest');
    const [{ id }] = items;
    expect(await indexesOf(() => get(`/api/admin/ads/${id}`, admin.call))).toContain('ads_pkey');
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0' };
    const seen = () => shop.call('/api/beacon', { body: { kind: 'ad-impression', ids: [id] }, headers });
    expect(await indexesOf(seen)).toContain('ads_pkey');
    const click = () => shop.call(`/api/ads/${id}/click`, { body: { showingId: randomUUID() }, headers });
    expect(await indexesOf(click)).toContain('ads_pkey');
    const report = '/api/admin/ads/report?from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z';
    expect(await indexesOf(() => get(report, admin.call), 4_000)).toContain('ad_figures_pkey');
  });
});

describe('a purchase', () => {
  it('touches only rows of its own, from the cart to the refund', async () => {
    const buyer = guest(shop);
    const products = await shop.database.query<{ id: string }>('select id from products where stock > 100 limit 3');
    const [one, two] = products.map(({ id }) => id) as [string, string];
    const sessionId = randomUUID();
    const step = async (work: () => ReturnType<Shop['call']>): Promise<ReturnType<Shop['call']>> => {
      let reply: Awaited<ReturnType<Shop['call']>> | undefined;
      await indexesOf(async () => {
        reply = await work();
      });
      expect(reply?.status, reply?.text).toBeLessThan(300);
      return reply as Awaited<ReturnType<Shop['call']>>;
    };
    await step(() => shop.call('/api/cart/add', { body: { sessionId, productId: one, quantity: 2 } }));
    await step(() => shop.call('/api/cart/update', { method: 'PUT', body: { sessionId, productId: two, quantity: 2 } }));
    await step(() => shop.call(`/api/cart/${sessionId}/item/${two}`, { method: 'DELETE' }));
    const { body: order } = await step(() => buyer.order([], { items: undefined, sessionId }));
    const { body: intent } = await step(() => buyer.intent(order));
    await step(() => buyer.confirm(order, intent.id, 'pm_card_visa'));
    await step(() => buyer.cancel(order));
  });
});

describe('stock', () => {
  it('is changed without touching an index: the row’s new version has room on its page (HOT)', async () => {
    const products = await shop.database.query<{ id: string }>('select id from products where sample = 7');
    const sql: Sql = async (text, values = []) => (await client.query(text, [...values])).rows;
    await client.query('begin');
    try {
      // What this connection did before may not be handed over yet, and counts: the difference is this test's.
      const counted = async () => {
        const [row] = await sql<{ changed: number; hot: number }>(
          `select n_tup_upd::integer as changed, n_tup_hot_upd::integer as hot from pg_stat_xact_user_tables where relname = 'products'`,
        );
        return row ?? { changed: 0, hot: 0 };
      };
      const before = await counted();
      const change = { reason: 'count', actor: 'system', now: new Date() };
      for (const { id } of products) await moveStock(sql, id, -1, change);
      const after = await counted();
      expect(products.length).toBeGreaterThan(60);
      expect(after.changed - before.changed).toBe(products.length);
      expect((after.hot - before.hot) / products.length).toBeGreaterThan(0.9); // two of them may lie on one page
    } finally {
      await client.query('rollback');
    }
  });
});

describe('an account', () => {
  it('signs in, refreshes and signs out by keys and small indexes, however many tokens and attempts there are', async () => {
    const { email, password } = demoUsers.find(({ role }) => role === 'shopper') ?? { email: '', password: '' };
    const reply = await shop.call('/api/auth/login', { body: { email, password } });
    const cookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const headers = { 'sec-fetch-site': 'same-origin', cookie };
    await indexesOf(() => shop.call('/api/auth/login', { body: { email, password } }));
    const refreshed = await indexesOf(() => shop.call('/api/auth/refresh', { method: 'POST', headers }));
    expect(refreshed).toEqual(expect.arrayContaining(['refresh_tokens_token_hash_key', 'refresh_tokens_predecessor']));
    await indexesOf(() => shop.call('/api/auth/logout', { method: 'POST', headers }));
  });
});

describe('sales', () => {
  it.each([
    ['minute', '2026-01-03T01:00:00Z'],
    ['hour', '2026-03-05T12:00:00Z'],
    ['day', '2030-02-10T00:00:00Z'],
  ])('are read by %s from the rows of their steps alone, as many as can be asked for', async (step, to) => {
    const path = `/api/analytics/sales?from=2026-01-02T00:00:00Z&to=${to}&step=${step}`;
    const { items } = await get(path, admin.call);
    expect(items.filter(({ orders }: { orders: number }) => orders > 0).length).toBe(mostSteps);
    expect(await indexesOf(() => get(path, admin.call), mostSteps)).toContain('sales_totals_pkey');
  });

  it('are added up by the keys of what is new', async () => {
    const at = new Date('2026-01-05T10:00:00Z');
    const [orderId, amount] = [newId(), { amount: 1, currency: 'USD' as const }];
    const order = { orderId, number: 'K-1', status: 'paid' as const, total: amount, items: [], reason: null };
    const events = [
      ...['buyer 7', 'buyer 8'].map((buyer) => eventOf(orderEvents.paid, { ...order, buyer }, { at })),
      eventOf(paymentRefunded, { orderId, refundId: newId(), amount }, { at }),
      eventOf(refundFailed, { orderId, refundId: newId(), amount, code: 'unknown' }, { at }),
    ];
    const window = { start: '2026-01-05T10:00:00Z', end: '2026-01-05T10:01:00Z' };
    const call = (isFinalInvokeForWindow: boolean, batch: KelvoEvent[]) =>
      shop.gateway.invoke(
        'AnalyticsRollUpSales',
        { Records: batch.map((event) => kinesisRecord(JSON.stringify(busEventOf(event)))), window, isFinalInvokeForWindow },
        30_000,
      );
    expect(await indexesOf(() => call(false, events))).toEqual(expect.arrayContaining(['sales_facts_buyer', 'sales_facts_refund']));
    expect(await indexesOf(() => call(true, []))).toContain('sales_totals_pkey');
  });
});

describe('schedules', () => {
  const run = (logicalId: string) => shop.gateway.invoke(logicalId, { time: new Date(Date.now() + 3_600_000).toISOString() }, 60_000);

  it('find unpaid orders, pending refunds and waiting events by their own small indexes', async () => {
    expect(await indexesOf(() => run('OpsRelayOutbox').catch(() => undefined))).toContain('outbox_unpublished');
    expect(await indexesOf(() => run('PaymentsFinishRefunds').catch(() => undefined))).toContain('refunds_due');
    expect(await indexesOf(() => run('OrdersExpireOrders'))).toContain('orders_to_expire');
  });

  it('find old rows by their age', async () => {
    const inAYear = { time: new Date(Date.now() + 365 * 86_400_000).toISOString() };
    const indexes = await indexesOf(() => shop.gateway.invoke('OpsSweepRows', inAYear, 60_000));
    const expected = ['outbox_published', 'inbox_handled', 'idempotency_keys_created', 'login_attempts_at', 'refresh_tokens_expires'];
    expect(indexes).toEqual(
      expect.arrayContaining([...expected, 'carts_ordered', 'carts_of_guests', 'product_views_pkey', 'sales_facts_at']),
    );
    expect(indexes.some((index) => /^product_sales_(pkey|leading)$/.test(index))).toBe(true); // both begin with the day
  });
});
