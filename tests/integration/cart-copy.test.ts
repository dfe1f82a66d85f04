/** Copies of carts in Redis: they serve reads, and no read shows the cart from before one's own change. */
import { hash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { findRedis } from '#local/services/redis.ts';
import { lookInto } from '#tests/support/redis.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

const prefix = 'cart-copy-test:';
let shop: Shop;
let redis: Redis;
let products: string[];
let authorization: string;

beforeAll(async () => {
  shop = await startShop({ REDIS_KEY_PREFIX: prefix });
  redis = lookInto(inject('redisUrl'));
  products = (await shop.database.query<{ id: string }>('select id from products where stock >= 60 order by id')).map(({ id }) => id);
  const account = { email: `${randomUUID()}@example.com`, password: 'correct horse battery', name: 'Ada' };
  authorization = `Bearer ${(await shop.call('/api/auth/register', { body: account })).body.accessToken}`;
  await inUse();
});
afterAll(async () => {
  redis.disconnect();
  await shop.end();
});

/** Requests count themselves in Redis: so it is seen to be in use, after a cold start and after an outage. */
async function inUse(): Promise<void> {
  const counted = async () => (await redis.mget('none', ...(await redis.keys(`${prefix}rate:*`)))).join();
  const used = await within(15_000, async () => {
    const before = await counted();
    await shop.call('/api/health');
    return (await counted()) !== before;
  });
  if (!used) throw new Error('Redis is not used');
}

const keyOf = (sessionId: string) => `${prefix}cart:${hash('sha256', sessionId, 'base64url')}`;
const read = async (sessionId: string) => (await shop.call(`/api/cart/${sessionId}`)).body;
const add = async (sessionId: string, productId = products[0] as string, quantity = 1) =>
  (await shop.call('/api/cart/add', { body: { sessionId, productId, quantity } })).body;
/** A cart that nobody has changed for a while, and somebody has read. */
async function copied(): Promise<string> {
  const id = await newCart();
  await redis.del(keyOf(id));
  await read(id);
  await expect.poll(() => redis.exists(keyOf(id))).toBe(1);
  return id;
}
const newCart = async () => (await add(randomUUID())).sessionId as string;

/** Gives a copy another line, which shows where an answer came from. */
async function forge(sessionId: string, ageMs = 0, copy?: string): Promise<void> {
  const [, ...rest] = (copy ?? (await redis.get(keyOf(sessionId))) ?? '').split(' ');
  const row = JSON.parse(rest.join(' '));
  row.items[0].name = 'Forged';
  await redis.set(keyOf(sessionId), `${Date.now() - ageMs} ${JSON.stringify(row)}`, 'PX', 30_000);
}
const isForged = async (sessionId: string) => (await read(sessionId)).items[0]?.name === 'Forged';

describe.skipIf(findRedis() === null)('a copy of a cart', () => {
  it('is made by a read, for 4 s, and serves reads in every currency', async () => {
    const id = await copied();
    expect(await redis.pttl(keyOf(id))).toBeGreaterThan(0);
    expect(await redis.pttl(keyOf(id))).toBeLessThanOrEqual(4_000);
    await forge(id);
    expect(await isForged(id)).toBe(true);
    const euros = (await shop.call(`/api/cart/${id}?currency=EUR`)).body;
    expect([euros.items[0].name, euros.subtotal.currency]).toEqual(['Forged', 'EUR']);
  });

  it('that is older than 4 s serves no read: no price is older than 5 s', async () => {
    const id = await copied();
    await forge(id, 3_000);
    expect(await isForged(id)).toBe(true);
    await forge(id, 4_100);
    expect(await isForged(id)).toBe(false);
  });

  it('is not made of a cart that was just changed: a row read before the change may be written down only now', async () => {
    const id = await newCart();
    expect(await redis.get(keyOf(id))).toBe('-');
    expect(await redis.pttl(keyOf(id))).toBeGreaterThan(15_000); // a function's 10 s and a copy's 4 s
    await read(id);
    await read(id);
    expect(await redis.get(keyOf(id))).toBe('-');
  });

  it('gives way to each change: add, update, remove and clear show in the next read', async () => {
    const id = await newCart();
    const quantities = async () => (await read(id)).items.map((item: { quantity: number }) => item.quantity);
    await add(id, products[0], 2);
    expect(await quantities()).toEqual([3]);
    await shop.call('/api/cart/update', { method: 'PUT', body: { sessionId: id, productId: products[0], quantity: 9 } });
    expect(await quantities()).toEqual([9]);
    await add(id, products[1]);
    expect(await quantities()).toEqual([9, 1]);
    await shop.call(`/api/cart/${id}/item/${products[0]}`, { method: 'DELETE' });
    expect(await quantities()).toEqual([1]);
    await shop.call(`/api/cart/${id}`, { method: 'DELETE' });
    expect(await quantities()).toEqual([]);
  });

  it('is not made for ids that nobody used', async () => {
    const id = randomUUID();
    expect((await read(id)).version).toBe(0);
    expect(await redis.exists(keyOf(id))).toBe(0);
  });

  it('of a cart that was ordered serves nobody, also not one that was read before and written down after', async () => {
    const id = await copied();
    const before = (await redis.get(keyOf(id))) as string;
    const placed = await guest(shop).order([], { items: undefined, sessionId: id });
    expect(placed.status).toBe(201);
    expect((await read(id)).items).toEqual([]);
    expect(await redis.get(keyOf(id))).toBe('-'); // blocked: the read did not write either
    expect(before).toContain(products[0]);
  });

  it('of a cart that was merged away serves nobody, and the id can be used anew', async () => {
    const id = await newCart();
    await add(id);
    await add(id);
    const merged = await shop.call('/api/cart/merge', { headers: { authorization }, body: { sessionId: id } });
    expect(merged.body.items[0].quantity).toBe(3);
    expect((await read(id)).items).toEqual([]);
    expect((await read(merged.body.sessionId)).items[0].quantity).toBe(3);
    expect((await add(id)).version).toBe(1); // below the version from before
    expect((await read(id)).items[0].quantity).toBe(1);
  });

  it('has no cart id in its key', async () => {
    const id = await newCart();
    expect((await redis.keys(`${prefix}*`)).filter((key) => key.includes(id))).toEqual([]);
  });
});

describe.skipIf(findRedis() === null)('a change that Redis does not take', () => {
  it('shows in every read, though Redis answers again and still has the cart from before', async () => {
    const id = await copied();
    const before = (await redis.get(keyOf(id))) as string;
    await redis.call('CLIENT', 'PAUSE', '30000', 'WRITE');
    const changed = await add(id, products[0], 4);
    expect(changed.items[0].quantity).toBe(5);
    await redis.call('CLIENT', 'UNPAUSE');
    await inUse();
    // As fresh as a copy can be: without our doubt it would be served.
    await forge(id, 0, before);
    expect(await isForged(id)).toBe(false);
    expect((await read(id)).items[0].quantity).toBe(5);
  });
});
