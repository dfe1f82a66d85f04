/** What goes with a product is learned from orders: which count, whom they are of, and how training keeps up with them. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Basket, dueAll, writeBaskets } from '#tests/support/baskets.ts';
import { order } from '#tests/support/effects.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { products as seedProducts } from '../../db/seed/catalog.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ REDIS_URL: '' }, { pumps: true });
});
afterAll(() => shop.end());
beforeEach(() =>
  shop.database.query(
    `truncate product_affinity, affinity_due; delete from order_items where order_id in (select id from orders where number like 'B-%'); delete from orders where number like 'B-%'`,
  ),
);

const ids = seedProducts.map(({ id }) => id);
const [tea, cup, kettle, spoon] = ids as [string, string, string, string];
const now = new Date('2026-11-20T12:00:00.000Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

const train = () => shop.gateway.invoke('RecommendationsTrainAffinities', { time: now.toISOString() });
const dues = async () => (await shop.database.query('select from affinity_due')).length;
async function learned(productId: string): Promise<Record<string, number>> {
  const rows = await shop.database.query<{ other_id: string; score: number }>(
    'select other_id, score from product_affinity where product_id = $1 order by score desc',
    [productId],
  );
  return Object.fromEntries(rows.map(({ other_id, score }) => [other_id, score]));
}
const others = async (productId: string) => Object.keys(await learned(productId));

/** Orders of two of the other products, by as many people, which go together in no way. */
const usual: Basket[] = Array.from({ length: 300 }, (_, n) => {
  const round = Math.floor(n / 30);
  const pair = new Set([4 + (n % 30), 4 + ((n * 11 + round * 7 + 3) % 30)]);
  return { buyer: `usual-${n}`, productIds: [...pair].map((i) => ids[i] as string), at: daysAgo(n % 100) };
});
/** So many orders of tea with a cup. */
const pairs = (count: number, more: Partial<Basket> = {}): Basket[] =>
  Array.from({ length: count }, (_, n) => ({ buyer: `tea-${n}`, productIds: [tea, cup], at: daysAgo(n % 50), ...more }));

async function trainOn(...baskets: Basket[]) {
  await writeBaskets(shop.database, [...usual, ...baskets]);
  await dueAll(shop.database);
  return train();
}

describe('a pair', () => {
  it('is learned in both directions, from orders that were paid and not given back', async () => {
    await trainOn(...pairs(12), ...pairs(6, { status: 'delivered' }));
    expect(await others(tea)).toEqual([cup]);
    expect(await others(cup)).toEqual([tea]);
  });

  it.each(['pending_payment', 'cancelled', 'expired', 'refunded'] as const)('is not made by orders that are %s', async (status) => {
    await trainOn(...pairs(30, { status }));
    expect(await others(tea)).toEqual([]);
  });

  it('is not made by one buyer, nor by two, however often they order', async () => {
    await trainOn(...pairs(20).map((basket, n) => ({ ...basket, buyer: `bot-${n % 2}` })));
    expect(await others(tea)).toEqual([]);
  });

  it('counts a buyer once: forty orders of one weigh as one', async () => {
    await trainOn(...pairs(12), ...pairs(12).map((basket, n) => ({ ...basket, productIds: [tea, kettle], buyer: `other-${n}` })));
    const before = await learned(tea);
    await writeBaskets(shop.database, pairs(40, { buyer: 'other-0', productIds: [tea, kettle], at: daysAgo(1) }));
    await dueAll(shop.database);
    await train();
    const after = await learned(tea);
    expect(after[kettle]).toBeCloseTo(before[kettle] as number, 1);
  });

  it('is not made of popular products that are in many baskets, with anything', async () => {
    const everywhere = usual.map((basket) => ({ ...basket, productIds: [...basket.productIds, spoon] }));
    await writeBaskets(shop.database, [
      ...everywhere,
      ...pairs(12),
      ...pairs(12, { productIds: [tea, spoon] }).map((b, n) => ({ ...b, buyer: `s-${n}` })),
    ]);
    await dueAll(shop.database);
    await train();
    expect(await others(tea)).toEqual([cup]);
    expect((await shop.database.query('select from product_affinity where product_id = $1', [spoon])).length).toBe(0);
  });

  it('weighs less the older its orders are', async () => {
    await trainOn(
      ...pairs(30, { at: daysAgo(5) }),
      ...pairs(30, { at: daysAgo(300), productIds: [tea, kettle] }).map((basket, n) => ({ ...basket, buyer: `old-${n}` })),
    );
    const { [cup]: lately, [kettle]: once } = await learned(tea);
    expect(once).toBeLessThan((lately as number) / 2);
  });

  it('is learned from the latest five hundred orders of a product, whatever was ordered and never paid since', async () => {
    await trainOn(...pairs(12, { at: daysAgo(20) }), ...pairs(600, { at: daysAgo(1), status: 'expired', productIds: [tea] }));
    expect(await others(tea)).toEqual([cup]);
    await writeBaskets(
      shop.database,
      pairs(500, { at: daysAgo(2), productIds: [tea, kettle] }).map((basket, n) => ({ ...basket, buyer: `new-${n}` })),
    );
    await dueAll(shop.database);
    await train();
    expect(await others(tea)).toEqual([kettle]);
  });
});

describe('training', () => {
  it('is noted by what was paid and by what was given back, and by nothing else', async () => {
    const [placed, cancelled, paid, refunded] = ids.slice(-4) as [string, string, string, string];
    await shop.database.query('update products set stock = 1000 where id = any($1::uuid[])', [[placed, cancelled, paid, refunded]]);
    for (const [product, upTo] of [
      [placed, 'placed'],
      [cancelled, 'cancelled'],
      [paid, 'paid'],
      [refunded, 'refunded'],
    ] as const)
      await order(shop, product, upTo);
    await shop.pumps.settled();
    const due = await shop.database.query<{ product_id: string }>('select product_id from affinity_due');
    expect(due.map(({ product_id }) => product_id).sort()).toEqual([paid, refunded].sort());
    const handled = await shop.database.query(`select from inbox where consumer = 'recommendations/note-bought-products'`);
    expect(handled).toHaveLength(3); // two payments and a refund
    expect(await train()).toEqual({ trained: 2, pairs: 0 });
    expect(await dues()).toBe(0);
  });

  it('takes what is due, and again for the same orders changes nothing', async () => {
    await writeBaskets(shop.database, [...usual, ...pairs(12)]);
    await dueAll(shop.database);
    const due = await shop.database.query('select distinct product_id from affinity_due');
    expect(await train()).toEqual({ trained: due.length, pairs: 2 });
    const before = await shop.database.query('select * from product_affinity order by 1, 2');
    expect(await train()).toEqual({ trained: 0, pairs: 0 });
    await dueAll(shop.database);
    await train();
    expect(await shop.database.query('select * from product_affinity order by 1, 2')).toEqual(before);
  });

  it('takes the pairs from a product whose orders all came back', async () => {
    await trainOn(...pairs(12));
    expect(await others(tea)).toEqual([cup]);
    await shop.database.query(`update orders set status = 'refunded' where email like 'tea-%'`);
    await shop.database.query('insert into affinity_due select product_id, order_id from order_items where product_id = any($1::uuid[])', [
      [tea, cup],
    ]);
    await train();
    expect(await others(tea)).toEqual([]);
    expect(await others(cup)).toEqual([]);
  });

  it('waits for no order that somebody holds, and loses none that is paid meanwhile', async () => {
    const [held] = await writeBaskets(shop.database, [...pairs(12), ...usual]);
    await dueAll(shop.database);
    const holder = new pg.Client({ connectionString: shop.database.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(`select from orders where id = $1 for update`, [held]);
      await holder.query(`update orders set status = 'refunded' where id = $1`, [held]);
      await holder.query('insert into affinity_due values ($1, gen_random_uuid())', [tea]);
      await train();
      expect(await others(tea)).toEqual([cup]);
      await holder.query('commit');
    } finally {
      await holder.end();
    }
    expect(await dues()).toBe(1);
  });

  it('does not begin while another run is at work, and leaves to it what is due', async () => {
    await writeBaskets(shop.database, pairs(12));
    await dueAll(shop.database);
    const due = await dues();
    const other = new pg.Client({ connectionString: shop.database.adminUrl });
    await other.connect();
    try {
      await other.query(`begin; select pg_advisory_xact_lock(hashtextextended('recommendations/train-affinities', 0))`);
      expect(await train()).toEqual({ trained: 0, pairs: 0 });
      expect(await dues()).toBe(due);
    } finally {
      await other.end();
    }
  });
});
