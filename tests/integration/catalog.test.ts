import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  getCategoryRoute,
  getProductRoute,
  listCategoriesRoute,
  listProductsRoute,
  type Product,
  productSorts,
} from '#functions/catalog/lib/contract.ts';
import type { Currency } from '#platform/money.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { conforming, walk } from '#tests/support/walk.ts';

interface Row {
  id: string;
  name: string;
  price: number;
  popularity: number;
  created: number;
  category: string | null;
}

/** As a dictionary has them: case and accents decide last, numbers by what they say. */
const peoplesOrder = [
  'Äpfel',
  'apple',
  'Apple',
  'éclair',
  'Éclair',
  'eclipse',
  'Mug 2',
  'Mug 10',
  'oboe',
  'Œuvre',
  'Øl',
  'Zebra',
  'Ёлка',
  '茶',
];

let shop: Shop;
/** All that is for sale, as the database has it. */
let rows: Row[];
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // copies would show what was a moment ago
  // Ties in every sort, names that differ by case only, one without a category, one that is off the shelf.
  await shop.database.query(
    `insert into products (id, slug, name, description, category_id, price_amount, stock, popularity, created_at, updated_at)
       select gen_random_uuid(), 'twin-' || n, case when n % 2 = 0 then 'Twin' else 'TWIN' end, 'One of many.',
              case when n % 3 = 0 then null else (select id from categories where slug = 'kitchen') end, 4999, 100, 500, '2026-05-05T05:05:05.555Z', now()
         from generate_series(1, 20) n`,
  );
  await shop.database.query(`update products set archived_at = now() where slug = 'twin-20'`);
  await shop.database.query(
    `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
       select gen_random_uuid(), 'named-' || n, name, 'One of many names.', 4999, 100, now(), now() from unnest($1::text[]) with ordinality as named (name, n)`,
    [peoplesOrder.toReversed()],
  );
  await shop.database.query(
    `insert into categories (id, slug, name) select gen_random_uuid(), 'named-' || n, name from unnest($1::text[]) with ordinality as named (name, n)`,
    [peoplesOrder.toReversed()],
  );
  const found = await shop.database.query<Omit<Row, 'created'> & { created: Date }>(
    `select p.id, p.name, price_amount::integer as price, popularity, p.created_at as created, c.slug as category
       from products p left join categories c on c.id = p.category_id where archived_at is null`,
  );
  rows = found.map((row) => ({ ...row, created: row.created.getTime() }));
});
afterAll(() => shop.end());

const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
/** Node's ICU, which PostgreSQL's has to agree with. */
const collator = new Intl.Collator('und', { numeric: true });
const names = (a: string, b: string) => collator.compare(a, b) || bytes(a, b);
/** What each sort promises; where two are the same, the id decides in the same direction. */
const orders: Record<(typeof productSorts)[number], (a: Row, b: Row) => number> = {
  newest: (a, b) => b.created - a.created || bytes(b.id, a.id),
  price: (a, b) => a.price - b.price || bytes(a.id, b.id),
  '-price': (a, b) => b.price - a.price || bytes(b.id, a.id),
  popularity: (a, b) => b.popularity - a.popularity || bytes(b.id, a.id),
  name: (a, b) => names(a.name, b.name) || bytes(a.id, b.id),
};
const ids = (items: { id: string }[]) => items.map(({ id }) => id);
const list = async (query: Record<string, string>) =>
  conforming(listProductsRoute, await shop.call(`/api/products?${new URLSearchParams(query)}`));

describe('the list of products', () => {
  it.each(productSorts)('by %s leads through every product once, in order, whatever the page size', async (sort) => {
    const expected = ids(rows.toSorted(orders[sort]));
    for (const limit of [7, 1, 100]) expect(ids(await walk(shop, listProductsRoute, { sort }, limit))).toEqual(expected);
  });

  it.each(productSorts)('by %s does so within a category and between prices', async (sort) => {
    const within = rows.filter(({ category, price }) => category === 'kitchen' && price >= 2_000 && price <= 9_000);
    expect(within.length).toBeGreaterThan(10);
    const items = await walk(shop, listProductsRoute, { sort, category: 'kitchen', minPrice: '2000', maxPrice: '9000' }, 4);
    expect(ids(items)).toEqual(ids(within.toSorted(orders[sort])));
  });

  it.each(productSorts)('by %s begins where skip says', async (sort) => {
    const expected = ids(rows.toSorted(orders[sort]));
    for (const skip of [0, 1, 13, rows.length - 1, rows.length, 10_000]) {
      expect(ids((await list({ sort, skip: String(skip), limit: '10' })).items)).toEqual(expected.slice(skip, skip + 10));
    }
  });

  it('is newest first and twenty long when nothing is said', async () => {
    const { items, nextCursor } = await list({});
    expect(ids(items)).toEqual(ids(rows.toSorted(orders.newest)).slice(0, 20));
    expect(nextCursor).toEqual(expect.any(String));
  });

  it('shows nothing twice when products come and go while it is read', async () => {
    const first = await list({ limit: '10' });
    const [newer, gone] = [randomUUID(), rows.toSorted(orders.newest)[9]?.id];
    await shop.database.query(
      `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at) values ($1, 'newcomer', 'Newcomer', '', 1, 1, now(), now())`,
      [newer],
    );
    await shop.database.query('update products set archived_at = now() where id = $1', [gone]); // the very row that the cursor names
    const second = await list({ limit: '10', cursor: first.nextCursor ?? '' });
    expect(ids(second.items)).toEqual(ids(rows.toSorted(orders.newest)).slice(10, 20));
    await shop.database.query(`delete from products where slug = 'newcomer'`);
    await shop.database.query('update products set archived_at = null where id = $1', [gone]);
  });

  it('of a category that there is not is empty', async () => {
    expect(await list({ category: 'nowhere' })).toEqual({ items: [], nextCursor: null });
  });

  it.each(['USD', 'EUR', 'JPY', 'GBP', 'CAD', 'AUD', 'CHF', 'CNY'] as Currency[])(
    'in %s keeps to price bounds as they are shown',
    async (currency) => {
      const all: Product[] = await walk(shop, listProductsRoute, { currency, sort: 'price' }, 100);
      expect(all.length).toBe(rows.length);
      const shown = all.map(({ price }) => price);
      expect(new Set(shown.map((price) => price.currency))).toEqual(new Set([currency]));
      expect(shown.map(({ amount }) => amount)).toEqual(shown.map(({ amount }) => amount).toSorted((a, b) => a - b));
      // Bounds on, just below and just above prices that are shown.
      const near = fc
        .tuple(fc.constantFrom(...shown.map(({ amount }) => amount)), fc.integer({ min: -1, max: 1 }))
        .map(([amount, by]) => Math.max(0, amount + by));
      await fc.assert(
        fc.asyncProperty(near, near, async (min, max) => {
          const { items } = await list({ currency, sort: 'price', limit: '100', minPrice: String(min), maxPrice: String(max) });
          expect(ids(items)).toEqual(ids(all.filter(({ price }) => price.amount >= min && price.amount <= max)));
        }),
        { numRuns: 12 },
      );
    },
  );

  it('takes the widest price bounds', async () => {
    for (const currency of ['USD', 'JPY', 'CHF']) {
      const { items } = await list({ currency, minPrice: '0', maxPrice: '1000000000000', limit: '100' });
      expect(items).toHaveLength(rows.length);
      expect((await list({ currency, minPrice: '1000000000000' })).items).toEqual([]);
    }
  });
});

describe('a product', () => {
  it('is shown by itself as the list shows it', async () => {
    for (const currency of ['USD', 'JPY']) {
      for (const item of (await list({ currency, limit: '5', sort: 'popularity' })).items) {
        const reply = await shop.call(`/api/products/${item.id}?currency=${currency}`);
        expect(conforming(getProductRoute, reply)).toEqual(item);
      }
    }
  });

  it('that is off the shelf, or never was, is not found anywhere', async () => {
    const [{ id } = { id: '' }] = await shop.database.query<{ id: string }>(`select id from products where slug = 'twin-20'`);
    for (const unknown of [id, randomUUID()]) {
      expect((await shop.call(`/api/products/${unknown}`)).body).toMatchObject({ status: 404, code: 'product-not-found' });
    }
    expect(ids(await walk(shop, listProductsRoute, {}, 100))).not.toContain(id);
  });

  it('by name has the order of people: case and accents decide last, and 2 comes before 10', async () => {
    const walked = await walk(shop, listProductsRoute, { sort: 'name' }, 3);
    expect(walked.map(({ name }) => name).filter((name) => peoplesOrder.includes(name))).toEqual(peoplesOrder);
  });

  it('without a category says so', async () => {
    const orphan = rows.find(({ category }) => category === null);
    expect((await shop.call(`/api/products/${orphan?.id}`)).body.category).toBeNull();
  });
});

describe('categories', () => {
  it('are listed by name, page by page, and read one by one', async () => {
    const all = await walk(shop, listCategoriesRoute, {}, 3);
    expect(all.length).toBeGreaterThanOrEqual(6);
    expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).toSorted(names));
    expect(all.map(({ name }) => name).filter((name) => peoplesOrder.includes(name))).toEqual(peoplesOrder);
    for (const category of all) expect(conforming(getCategoryRoute, await shop.call(`/api/categories/${category.id}`))).toEqual(category);
    const { items } = conforming(listCategoriesRoute, await shop.call('/api/categories?skip=2&limit=2'));
    expect(items).toEqual(all.slice(2, 4));
  });

  it('that there are not are not found', async () => {
    expect((await shop.call(`/api/categories/${randomUUID()}`)).body).toMatchObject({ status: 404, code: 'category-not-found' });
  });
});
