import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { products } from '../../db/seed/catalog.ts';
import { seedOrders } from '../../db/seed/orders.ts';
import { pastOrders } from '../../db/seed/past-orders.ts';
import { seed, seedIfEmpty } from '../../db/seed/seed.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

const tables = [
  ...['categories', 'products', 'ads', 'orders', 'order_items', 'order_history', 'stock_movements'],
  ...['payments', 'refunds', 'mock_intents', 'mock_refunds'],
];
const now = new Date('2026-11-20T12:00:00.000Z');

let database: TestDatabase;
let url: string;

beforeAll(async () => {
  database = await freshDatabase('bare');
  url = database.adminUrl;
});
afterAll(() => database?.end());
beforeEach(async () => {
  await emptyShop();
});

const emptyShop = () => database.query('truncate categories, ads, orders, mock_intents cascade');
const countOf = async (table: string): Promise<number> => Number((await database.query(`select count(*) from ${table}`))[0]?.count);
/** Every row of every table that the seed writes, as text. */
const everything = async (): Promise<unknown> => {
  const found: Record<string, unknown> = {};
  for (const table of tables) found[table] = await database.query(`select t::text from ${table} t order by 1`);
  return found;
};
const unbalanced = () =>
  database.query(`select slug, stock, sum(delta) from products p left join stock_movements m on m.product_id = p.id
    group by p.id having stock is distinct from coalesce(sum(delta), 0)`);

describe('seedIfEmpty', () => {
  it('fills an empty shop once, and answers null from then on', async () => {
    expect(await seedIfEmpty(url, { now })).toEqual({ products: products.length, orders: 10 });
    expect(await countOf('products')).toBe(products.length);
    expect(await countOf('orders')).toBe(10);
    const before = await everything();
    expect(await seedIfEmpty(url)).toBeNull();
    expect(await everything()).toEqual(before);
  });

  it('leaves a shop alone that has but one category of its own', async () => {
    await database.query(`insert into categories (id, slug, name) values (gen_random_uuid(), 'mine', 'Mine')`);
    expect(await seedIfEmpty(url)).toBeNull();
    expect(await countOf('products')).toBe(0);
  });

  it('seeds once when two processes start at the same time', async () => {
    const answers = await Promise.all([seedIfEmpty(url), seedIfEmpty(url), seedIfEmpty(url)]);
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    expect(await countOf('orders')).toBe(10);
  });

  it('writes no order without demoData', async () => {
    expect(await seedIfEmpty(url, { demoData: false })).toEqual({ products: products.length, orders: 0 });
    expect(await countOf('orders')).toBe(0);
    expect(await unbalanced()).toEqual([]);
  });

  it('leaves nothing half-written when its last insert fails', async () => {
    await database.query('alter table stock_movements add constraint sabotage check (false)');
    try {
      await expect(seedIfEmpty(url)).rejects.toThrow(/sabotage/);
    } finally {
      await database.query('alter table stock_movements drop constraint sabotage');
    }
    for (const table of tables) expect(await countOf(table), table).toBe(0);
    expect(await seedIfEmpty(url)).not.toBeNull();
  });
});

describe('seed', () => {
  it('changes no row the second time, at whatever hour', async () => {
    await seed(url, { now });
    const before = await everything();
    await seed(url, { now: new Date('2027-01-01T00:00:00.000Z') });
    expect(await everything()).toEqual(before);
  });

  it('keeps a stock journal that adds up for every product, also when the orders come later', async () => {
    await seed(url, { now });
    expect(await unbalanced()).toEqual([]);
    await emptyShop();
    await seed(url, { demoData: false });
    await seed(url, { now });
    expect(await countOf('orders')).toBe(10);
    expect(await unbalanced()).toEqual([]);
  });

  it('sets a product’s text back, but neither its stock nor the state of an order', async () => {
    await seed(url, { now });
    await database.query(`update products set name = 'Scribble', stock = 7, popularity = 3 where slug = 'aero-14-laptop'`);
    await database.query(`update orders set status = 'expired' where status = 'pending_payment'`);
    await seed(url, { now });
    expect(await database.query(`select name, stock, popularity from products where slug = 'aero-14-laptop'`)).toEqual([
      { name: 'Aero 14 Laptop', stock: 7, popularity: 3 },
    ]);
    expect(await database.query(`select status from orders where number = 'K-7Q2M-4XRD'`)).toEqual([{ status: 'expired' }]);
  });

  it('gives every paid order a settled intent at the mock provider, so that it can be refunded', async () => {
    await seed(url, { now });
    const paid = await database.query(`select o.number, p.amount = o.total and i.amount = o.total and i.request_key = p.id::text
        and i.client_secret = p.client_secret and i.refunded = case o.status when 'refunded' then o.total else 0 end as agrees
      from orders o left join payments p on p.order_id = o.id left join mock_intents i on i.id = p.intent_id
      where exists (select from order_history h where h.order_id = o.id and h.status = 'paid')`);
    expect(paid).toHaveLength(8);
    expect(paid.filter((order) => order.agrees !== true)).toEqual([]);
  });
});

describe('npm run seed', () => {
  const run = (...args: string[]) => {
    const file = join(import.meta.dirname, '../../db/seed/run.ts');
    return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', env: { ...process.env, DATABASE_URL: url } });
  };

  it('adds generated products besides the seed, the same ones each time', async () => {
    const { status, stdout, stderr } = run('--products', '5000');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('5,000 of 5,000');
    expect(await countOf('products')).toBe(5_000 + products.length);
    const before = await database.query('select t::text from products t order by 1');
    expect(run('--products', '5000').status).toBe(0);
    expect(await database.query('select t::text from products t order by 1')).toEqual(before);
    await emptyShop();
    expect(run('--products', '5000').status).toBe(0);
    expect(await database.query('select t::text from products t order by 1')).toEqual(before);
  });

  it('generates products that keep the shop’s rules, in every category, with pictures that exist', async () => {
    expect(run('--products', '5000').status).toBe(0);
    const generated = `products where slug ~ '-[0-9]+$'`;
    const [facts] =
      await database.query(`select count(*)::int, count(distinct name)::int as names, count(distinct category_id)::int as categories,
      min(stock) >= 60 as enough, min(price_amount) > 0 as priced, min(popularity) >= 0 and max(popularity) <= 1000 as ranked,
      bool_and(id::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]') as v7, bool_and(cardinality(tags) between 3 and 5) as tagged from ${generated}`);
    expect(facts).toEqual({ count: 5_000, names: 5_000, categories: 8, enough: true, priced: true, ranked: true, v7: true, tagged: true });
    const pictures = new Set(products.map((product) => product.imageUrl));
    for (const row of await database.query(`select distinct image_url from ${generated}`)) expect(pictures).toContain(row.image_url);
  });

  it('adds generated orders that keep every rule and take no stock, the same ones each time', async () => {
    const stockOf = () => database.query('select sum(stock)::integer as stock from products');
    const ordersOf = () => database.query('select number, status, total from orders order by number');
    await seed(url, { now });
    const before = await stockOf();
    const { status, stdout, stderr } = run('--orders', '2000');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('2,000 of 2,000');
    expect(await stockOf()).toEqual(before);
    const [facts] = await database.query(
      `with mine as (select * from orders where id <> all($1::uuid[]))
      select count(*)::int, count(distinct number)::int as numbers, count(distinct status)::int as states, bool_or(status = 'pending_payment') as unpaid,
             max(updated_at) <= now() as past, max(created_at) - min(created_at) > interval '360 days' as year,
             count(*) filter (where subtotal <> (select sum(line_total) from order_items where order_id = mine.id))::int as wrong,
             count(*) filter (where status <> (select h.status from order_history h where h.order_id = mine.id order by at desc limit 1))::int as lost,
             count(*) filter (where status not in ('cancelled', 'expired') and total is distinct from
               (select amount from payments where order_id = mine.id and status = 'succeeded'))::int as unpaid_for,
             count(*) filter (where (status = 'refunded') <> exists (select from refunds where order_id = mine.id and amount = total))::int as kept
        from mine`,
      [[...seedOrders(now), ...pastOrders(now)].map(({ id }) => id)],
    );
    const none = { wrong: 0, lost: 0, unpaid_for: 0, kept: 0, unpaid: false };
    expect(facts).toEqual({ count: 2_000, numbers: 2_000, states: 7, past: true, year: true, ...none });
    const [skew] = await database.query(`select sum(n) filter (where place <= 5)::float8 / sum(n) as share from
      (select count(*) as n, row_number() over (order by count(*) desc) as place from order_items group by product_id) counted`);
    expect(skew?.share).toBeGreaterThan(0.3);
    const first = await ordersOf();
    expect(run('--orders', '2000').status).toBe(0);
    expect((await ordersOf()).map(({ number }) => number)).toEqual(first.map(({ number }) => number));
  });

  it.each(['--orders many', '--orders 0', '--products many', '--products 0', '--products -5', '--products', '--product 5', '5'])(
    'refuses "%s" with a message and status 2, and writes nothing',
    async (flags) => {
      const { status, stdout, stderr } = run(...flags.split(' '));
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('Usage: npm run seed [-- --products N]');
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(await countOf('products')).toBe(0);
    },
  );

  it('says what to do when the database has no tables', async () => {
    await database.query('alter table categories rename to hidden');
    try {
      const { status, stderr } = run();
      expect(status).toBe(1);
      expect(stderr).toBe('The database has no tables yet. Run npm run db:migrate first.\n');
    } finally {
      await database.query('alter table hidden rename to categories');
    }
  });
});
