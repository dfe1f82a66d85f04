/** What is recommended with a product, with a cart, and with nothing; and how it is learned from orders. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { products as seedProducts } from '../../db/seed/catalog.ts';
import { boughtTogether } from '../../db/seed/past-orders.ts';
import { seed } from '../../db/seed/seed.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }); // a copy of the last two seconds would hide what a test changes
});
afterAll(() => shop.end());
/** The seed's products are old, in stock, and none goes with another. */
beforeEach(() =>
  shop.database.query(`
    delete from product_affinity;
    update products set stock = 100, archived_at = null, created_at = now() - interval '200 days'`),
);

type Recommended = { product: { id: string; slug: string; category: { slug: string } | null; stock: number }; reason: string }[];

const idOf = (slug: string): string => {
  const id = seedProducts.find((product) => product.slug === slug)?.id;
  if (!id) throw new Error(`The seed has no ${slug}`);
  return id;
};
const headphones = 'nimbus-wireless-headphones';

async function recommended(query: Record<string, string | number>): Promise<Recommended> {
  const values = Object.entries(query).map(([key, value]): [string, string] => [key, `${value}`]);
  const { status, text, body } = await shop.call(`/api/recommendations?${new URLSearchParams(values)}`);
  expect(status, text).toBe(200);
  return body.items;
}
const slugs = (items: Recommended) => items.map(({ product }) => product.slug);
const reasons = (items: Recommended) => items.map(({ reason }) => reason);

/** Says that products go with others, as training would. */
const go = async (pairs: [slug: string, other: string, score: number][]) => {
  for (const [slug, other, score] of pairs)
    await shop.database.query('insert into product_affinity (product_id, other_id, score) values ($1, $2, $3)', [
      idOf(slug),
      idOf(other),
      score,
    ]);
};
async function cartOf(...held: string[]): Promise<string> {
  const sessionId = randomUUID();
  for (const slug of held) {
    const { status, text } = await shop.call('/api/cart/add', { body: { sessionId, productId: idOf(slug), quantity: 1 } });
    expect(status, text).toBe(200);
  }
  return sessionId;
}

describe('with a product', () => {
  it('come those bought together with it, best first, then popular ones of its category, about as dear first', async () => {
    await go([
      [headphones, 'rosehip-teapot', 0.1],
      [headphones, 'skylark-kite', 0.3],
    ]);
    const items = await recommended({ productId: idOf(headphones), limit: 20 });
    expect(slugs(items).slice(0, 2)).toEqual(['skylark-kite', 'rosehip-teapot']);
    const electronics = seedProducts.filter(({ slug, categorySlug }) => categorySlug === 'electronics' && slug !== headphones);
    expect(reasons(items)).toEqual([
      'bought-together',
      'bought-together',
      ...electronics.map(() => 'same-category'),
      ...Array.from({ length: 18 - electronics.length }, () => 'popular'),
    ]);
    const price = (slug: string) => seedProducts.find((product) => product.slug === slug)?.priceAmount ?? 0;
    const alike = slugs(items).slice(2, 2 + electronics.length);
    const asDear = alike.map((slug) => price(slug) >= price(headphones) / 2 && price(slug) <= price(headphones) * 2);
    expect(asDear).toEqual([...asDear].sort((a, b) => Number(b) - Number(a)));
    expect(asDear).toContain(true);
    expect(asDear).toContain(false);
  });

  it('never comes the product itself, one that is out of stock, one off the shelf, or one twice', async () => {
    await go([
      [headphones, 'skylark-kite', 0.3],
      [headphones, 'rosehip-teapot', 0.2],
      [headphones, 'aero-14-laptop', 0.1],
      [headphones, headphones, 0.9],
    ]);
    await shop.database.query(`update products set stock = 0 where slug in ('skylark-kite', 'folio-x-smartphone')`);
    await shop.database.query(`update products set archived_at = now() where slug in ('rosehip-teapot', 'lumen-compact-camera')`);
    const found = slugs(await recommended({ productId: idOf(headphones), limit: 20 }));
    expect(found).toHaveLength(20);
    expect(new Set(found).size).toBe(20);
    expect(found[0]).toBe('aero-14-laptop');
    for (const never of [headphones, 'skylark-kite', 'folio-x-smartphone', 'rosehip-teapot', 'lumen-compact-camera'])
      expect(found).not.toContain(never);
  });

  it('are as many as asked for, four by default, also of a category of one and of none at all', async () => {
    const [row] = await shop.database.query<{ id: string }>(
      `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
         values (gen_random_uuid(), 'of-no-category', 'Of no category', 'x', 100, 1, now() - interval '1 year', now()) returning id`,
    );
    expect(reasons(await recommended({ productId: row?.id ?? '' }))).toEqual(['popular', 'popular', 'popular', 'popular']);
    await shop.database.query('delete from products where id = $1', [row?.id]);
    for (const limit of [1, 3, 20]) expect(await recommended({ productId: idOf(headphones), limit })).toHaveLength(limit);
  });

  it('are fewer than asked for only where the shop has no more in stock', async () => {
    await shop.database.query(`update products set stock = 0 where slug not in ($1, 'skylark-kite', 'aero-14-laptop')`, [headphones]);
    expect(slugs(await recommended({ productId: idOf(headphones), limit: 20 }))).toEqual(['aero-14-laptop', 'skylark-kite']);
    await shop.database.query('update products set stock = 0');
    expect(await recommended({ productId: idOf(headphones) })).toEqual([]);
  });

  it('one in four is a new product of its category, the same for a while', async () => {
    await shop.database.query(
      `update products set created_at = now() - interval '3 days' where slug in ('folio-x-smartphone', 'lumen-compact-camera', 'rosehip-teapot')`,
    );
    const items = await recommended({ productId: idOf(headphones), limit: 4 });
    expect(reasons(items)).toEqual(['same-category', 'same-category', 'same-category', 'new']);
    expect(['folio-x-smartphone', 'lumen-compact-camera']).toContain(items[3]?.product.slug);
    expect(await recommended({ productId: idOf(headphones), limit: 4 })).toEqual(items);
    expect(reasons(await recommended({ productId: idOf(headphones), limit: 3 }))).not.toContain('new');
    expect(reasons(await recommended({ productId: idOf(headphones), limit: 20 })).slice(-2)).toEqual(['new', 'new']);
  });

  it('are 404 where there is no such product, or no longer', async () => {
    await shop.database.query(`update products set archived_at = now() where slug = 'skylark-kite'`);
    for (const id of [randomUUID(), idOf('skylark-kite')]) {
      const { status, body } = await shop.call(`/api/recommendations?productId=${id}`);
      expect([status, body.code]).toEqual([404, 'product-not-found']);
    }
  });

  it('are priced in the currency asked for', async () => {
    const { body } = await shop.call(`/api/recommendations?productId=${idOf(headphones)}&currency=JPY`);
    for (const { product } of body.items) expect(product.price.currency).toBe('JPY');
  });
});

describe('with a cart', () => {
  it('come those that go with all of its lines first, and never what lies in it', async () => {
    await go([
      [headphones, 'skylark-kite', 0.2],
      [headphones, 'rosehip-teapot', 0.15],
      [headphones, 'aero-14-laptop', 0.9],
      ['aero-14-laptop', 'rosehip-teapot', 0.15],
      ['aero-14-laptop', headphones, 0.9],
    ]);
    const items = await recommended({ sessionId: await cartOf(headphones, 'aero-14-laptop') });
    expect(slugs(items).slice(0, 2)).toEqual(['rosehip-teapot', 'skylark-kite']);
    expect(reasons(items)).toEqual(['bought-together', 'bought-together', 'same-category', 'same-category']);
    expect(slugs(items)).not.toContain(headphones);
    expect(slugs(items)).not.toContain('aero-14-laptop');
  });

  it('neither one line nor one category has more than half of the places while there are others', async () => {
    const toys = seedProducts.filter(({ categorySlug }) => categorySlug === 'toys').map(({ slug }) => slug);
    await go(toys.slice(0, 3).map((toy, i) => [headphones, toy, 0.9 - i / 100]));
    await go([
      [headphones, 'rosehip-teapot', 0.1],
      ['aero-14-laptop', 'everyday-iron-skillet', 0.02],
      ['aero-14-laptop', 'kobo-chefs-knife', 0.01],
    ]);
    const items = await recommended({ sessionId: await cartOf(headphones, 'aero-14-laptop') });
    expect(slugs(items)).toEqual([toys[0], toys[1], 'everyday-iron-skillet', 'kobo-chefs-knife']);
  });

  it('an empty, unknown or ordered one is as none', async () => {
    const popular = await recommended({});
    expect(reasons(popular)).toEqual(['popular', 'popular', 'popular', 'popular']);
    expect(await recommended({ sessionId: randomUUID() })).toEqual(popular);
    const emptied = await cartOf(headphones);
    await shop.call(`/api/cart/${emptied}`, { method: 'DELETE' });
    expect(await recommended({ sessionId: emptied })).toEqual(popular);
  });

  it('no cache keeps the answer, unlike that for a product', async () => {
    const forCart = await shop.call(`/api/recommendations?sessionId=${await cartOf(headphones)}`);
    expect(forCart.headers.get('cache-control')).toBe('no-store');
    const forProduct = await shop.call(`/api/recommendations?productId=${idOf(headphones)}`);
    expect(forProduct.headers.get('cache-control')).toMatch(/^public/);
  });
});

it('a product and a cart at once, and a limit beyond 20, are refused', async () => {
  for (const [query, pointer] of [
    [`productId=${idOf(headphones)}&sessionId=${randomUUID()}`, '/query/sessionId'],
    ['limit=21', '/query/limit'],
    ['limit=0', '/query/limit'],
    ['productId=x', '/query/productId'],
    ['sessionId=short', '/query/sessionId'],
  ]) {
    const { status, body } = await shop.call(`/api/recommendations?${query}`);
    expect([status, body.errors?.[0]?.pointer], query).toEqual([400, pointer]);
  }
});

describe('a demo shop', () => {
  it('recommends what its past orders took together, from the first training on', async () => {
    await seed(shop.database.adminUrl, { past: true });
    await shop.gateway.invoke('RecommendationsTrainAffinities', { time: new Date().toISOString() });
    for (const [first, ...others] of boughtTogether) {
      const together = (await recommended({ productId: idOf(first) })).filter(({ reason }) => reason === 'bought-together');
      expect(new Set(slugs(together)), first).toEqual(new Set(others));
    }
  });
});
