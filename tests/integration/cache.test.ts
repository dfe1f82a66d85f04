/** Copies of catalog answers in Redis: of what they are, how long they live, and how soon a change shows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { findRedis } from '#local/services/redis.ts';
import { signIn } from '#tests/support/people.ts';
import { lookInto } from '#tests/support/redis.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';
import { unitVariables } from '#tests/support/variables.ts';

const root = join(import.meta.dirname, '../..');
const prefix = 'cache-test:';
let shop: Shop;
let redis: Redis;
let ids: string[];

beforeAll(async () => {
  shop = await startShop({ REDIS_KEY_PREFIX: prefix });
  redis = lookInto(inject('redisUrl'));
  const rows = await shop.database.query<{ id: string }>('select id from products where stock >= 60 order by id');
  ids = rows.map(({ id }) => id);
  // The first request of a process does without Redis.
  await within(5_000, async () => (await shop.call('/api/products')).status === 200 && (await keys('products')).length === 1);
});
afterAll(async () => {
  redis.disconnect();
  await shop.end();
});
beforeEach(async () => void (await clear()));

const keys = (name: string) => redis.keys(`${prefix}copy:${name}:*`);
const clear = async () => {
  for (const key of await redis.keys(`${prefix}*`)) await redis.del(key);
};
const path = (id: string) => `/api/products/${id}`;
/** Nobody waits for a copy to be written, so it may come after the answer. */
const copied = async (name: string, count = 1) => expect(await within(2_000, async () => (await keys(name)).length === count)).toBe(true);

/** Holds the products against every read until the returned function is called. */
async function holdProducts(): Promise<() => Promise<unknown>> {
  const holder = new pg.Client({ connectionString: shop.database.adminUrl });
  await holder.connect();
  await holder.query('begin; lock table products in access exclusive mode');
  return async () => {
    await holder.query('commit');
    await holder.end();
  };
}
/** How many statements wait for the products. */
const waiting = async () =>
  (await shop.database.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length;

describe.skipIf(findRedis() === null)('a copy', () => {
  it.each([
    ['products', '/api/products?limit=3'],
    ['search', '/api/search?q=day'],
    ['search', '/api/products/search?q=day'],
  ])('of %s is kept by the first read and serves the next', async (name, url) => {
    const read = await shop.call(url);
    expect(read.status).toBe(200);
    await copied(name);
    const again = await shop.call(url);
    expect(again.text).toBe(read.text);
    expect(again.headers.get('etag')).toBe(read.headers.get('etag'));
    const [key = ''] = await keys(name);
    await redis.set(key, '{"forged":true}', 'PX', 1_000);
    expect((await shop.call(url)).body).toEqual({ forged: true });
  });

  it('is another one for each currency, filter, sort and page', async () => {
    for (const query of ['', '?currency=EUR', '?limit=3', '?sort=price', '?category=kitchen', '?skip=2', '?limit=20']) {
      await shop.call(`/api/products${query}`);
    }
    await copied('products', 6); // ?limit=20 is the default
  });

  it('ends 1.8 s after its read began, however long that took', async () => {
    const release = await holdProducts();
    const asked = shop.call('/api/products?limit=4');
    expect(await within(5_000, async () => (await waiting()) === 1)).toBe(true);
    const began = Date.now();
    await within(5_000, () => Date.now() > began + 100);
    await release();
    expect((await asked).status).toBe(200);
    await copied('products');
    const [key = ''] = await keys('products');
    const ends = Number(await redis.call('PEXPIRETIME', key));
    expect(ends).toBeGreaterThan(began);
    expect(ends).toBeLessThanOrEqual(began + 1_800);
  });

  it('is not made of what PostgreSQL gives by its key as fast', async () => {
    const { body: categories } = await shop.call('/api/categories');
    for (const url of [path(ids[0] as string), `/api/categories/${categories.items[0].id}`, '/api/products?limit=5']) {
      expect((await shop.call(url)).status).toBe(200);
    }
    await copied('products');
    expect(await redis.keys(`${prefix}copy:*`)).toHaveLength(1);
  });

  it('is not made of an answer that is no success', async () => {
    expect((await shop.call('/api/products?cursor=nonsense')).status).toBe(400);
    await shop.call('/api/products?limit=6');
    await copied('products');
  });
});

describe.skipIf(findRedis() === null)('a change', () => {
  it('of stock by an order or its cancellation shows at once on the product page', async () => {
    const id = ids[5] as string;
    const { body: before } = await shop.call(path(id));
    const { body: order } = await guest(shop).order([{ productId: id, quantity: 2 }]);
    expect((await shop.call(path(id))).body.stock).toBe(before.stock - 2);
    await guest(shop).cancel(order);
    expect((await shop.call(path(id))).body.stock).toBe(before.stock);
  });

  it('by an admin shows at once on the product page, and in lists and searches before 2 s are over', async () => {
    const admin = await signIn(shop, 'admin');
    const { body: product } = await shop.call(path(ids[6] as string));
    const [word = ''] = product.name.split(' ');
    const urls = ['/api/products?limit=100', `/api/search?q=${word}&limit=100`];
    const namesAt = async (url: string) =>
      (await shop.call(url)).body.items.find((item: { id: string }) => item.id === product.id)?.name as string | undefined;
    for (const url of urls) expect(await namesAt(url)).toBe(product.name);
    const { name, description, price } = product;
    const changed = await admin.call(path(product.id), { method: 'PUT', body: { name: `${name} II`, description, price } });
    expect(changed.status).toBe(200);
    const at = Date.now();
    expect((await shop.call(path(product.id))).body.name).toBe(`${name} II`);
    for (const url of urls) {
      expect(await within(5_000, async () => (await namesAt(url)) === `${name} II`)).toBe(true);
      expect(Date.now() - at).toBeLessThan(2_500); // 2 s, and what a busy machine takes
    }
  });
});

describe.skipIf(findRedis() === null)('many who ask at once for what is not there yet', () => {
  it('are one statement in PostgreSQL, and get the same answer', async () => {
    const url = '/api/products?limit=7';
    const release = await holdProducts();
    // As many as a busy machine takes in within the second for which a read is shared.
    const asked = Promise.all(Array.from({ length: 25 }, () => shop.call(url)));
    const arrived = async () => (await countedRequests()) >= 25 && (await waiting()) > 0;
    const all = await within(5_000, arrived).finally(() => within(200, () => false)); // whoever wants to ask PostgreSQL does so by then
    const statements = await waiting();
    await release();
    expect(all).toBe(true);
    const replies = await asked;
    expect(statements).toBe(1);
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(200);
  });

  it('share no read that began more than a second ago', async () => {
    const url = '/api/products?limit=8';
    const release = await holdProducts();
    const asked = [shop.call(url)];
    expect(await within(5_000, async () => (await waiting()) === 1)).toBe(true);
    const began = Date.now();
    const second = await within(5_000, async () => {
      asked.push(shop.call(url));
      return (await waiting()) === 2;
    });
    const afterMs = Date.now() - began;
    await release();
    expect(second).toBe(true);
    expect(afterMs).toBeGreaterThan(800); // it was seen a little after it began
    expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
  });

  /** Each request counts itself before it does anything else; these are all from one address. */
  async function countedRequests(): Promise<number> {
    const counts = await Promise.all((await redis.keys(`${prefix}rate:*`)).map((key) => redis.get(key)));
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }
});

describe('a function of the catalog on a cold start', () => {
  /** Runs the bundle as Lambda does, alone in a folder, with the layer on NODE_PATH, against a Redis that takes connections and is silent. */
  async function coldStart(redisUrl: string): Promise<{ statuses: number[]; loaded: boolean[] }> {
    const folder = mkdtempSync(join(tmpdir(), 'kelvo-cold-'));
    cpSync(join(root, 'dist/CatalogGetProduct/index.js'), join(folder, 'index.js'));
    const script = `
      const { handler } = require(${JSON.stringify(join(folder, 'index.js'))});
      const loaded = () => Object.keys(require.cache).some((file) => file.includes('ioredis'));
      const event = { version: '2.0', rawPath: ${JSON.stringify(path(ids[0] as string))}, rawQueryString: '', headers: {}, pathParameters: { id: ${JSON.stringify(ids[0])} },
        requestContext: { requestId: 'r', http: { method: 'GET', sourceIp: '127.0.0.1' } }, isBase64Encoded: false };
      const context = { functionName: 'rumshop-catalog-get-product', getRemainingTimeInMillis: () => 10_000 };
      (async () => {
        const seen = { statuses: [], loaded: [loaded()] };
        for (let i = 0; i < 2; i++) {
          seen.statuses.push((await handler(event, context)).statusCode);
          seen.loaded.push(loaded());
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        process.send(seen, () => process.exit());
      })();`;
    const env = {
      ...unitVariables,
      PATH: process.env.PATH,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      DATABASE_URL: shop.database.url,
      REDIS_URL: redisUrl,
      NODE_PATH: join(root, 'dist/layers/runtime/nodejs/node_modules'),
    };
    const child = spawn(process.execPath, ['-e', script], { env, cwd: folder, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [seen] = await once(child, 'message');
    rmSync(folder, { recursive: true, force: true });
    return seen as { statuses: number[]; loaded: boolean[] };
  }

  it('answers before it loads the Redis driver, which then comes from the layer', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    expect(await coldStart(`redis://127.0.0.1:${port}`)).toEqual({ statuses: [200, 200], loaded: [false, false, true] });
    silent.close();
  });

  it('never loads it where there is no Redis', async () => {
    expect(await coldStart('')).toEqual({ statuses: [200, 200], loaded: [false, false, false] });
  });
});
