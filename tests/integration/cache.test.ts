/** Copies of the catalog in Redis: what they serve, until when, and what makes them void. */
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
  await within(5_000, async () => (await shop.call('/api/categories')).status === 200 && (await keys('categories')).length === 1);
});
afterAll(async () => {
  redis.disconnect();
  await shop.end();
});
beforeEach(async () => void (await clear()));

const keys = async (name: string) => (await redis.keys(`${prefix}read:${name}:*`)).filter((key) => !key.endsWith(':lock'));
const clear = async () => {
  for (const key of await redis.keys(`${prefix}*`)) await redis.del(key);
};
const path = (id: string) => `/api/products/${id}`;

/** Puts other text into the one copy of a kind, `ageMs` old: an answer that shows it came from there. */
async function forge(name: string, ageMs = 0): Promise<string> {
  const [key = ''] = await keys(name);
  const [, tags] = (await redis.get(key))?.split(' ') ?? [];
  await redis.set(key, `${Date.now() - ageMs} ${tags} {"forged":true}`);
  return key;
}
const isForged = async (url: string) => (await shop.call(url)).body.forged === true;

describe.skipIf(findRedis() === null)('a copy', () => {
  it.each([
    ['product', () => path(ids[0] as string)],
    ['products', () => '/api/products?limit=3'],
    ['categories', () => '/api/categories'],
    ['search', () => '/api/search?q=day'],
    ['search', () => '/api/products/search?q=day'],
  ])('of %s is kept by the first read and serves the next', async (name, url) => {
    const read = await shop.call(url());
    expect(read.status).toBe(200);
    const again = await shop.call(url());
    expect(again.text).toBe(read.text);
    expect(again.headers.get('etag')).toBe(read.headers.get('etag'));
    await forge(name);
    expect(await isForged(url())).toBe(true);
  });

  it('is another one for each currency, filter, sort and page', async () => {
    for (const query of ['', '?currency=EUR', '?limit=3', '?sort=price', '?category=kitchen', '?skip=2', '?limit=20']) {
      await shop.call(`/api/products${query}`);
    }
    expect(await keys('products')).toHaveLength(6); // ?limit=20 is the default
  });

  it('that is older than a second is read anew by one, and serves the others meanwhile', async () => {
    const url = path(ids[1] as string);
    await shop.call(url);
    const key = await forge('product', 1_200);
    await redis.set(`${key}:lock`, '1', 'PX', 5_000);
    expect(await isForged(url)).toBe(true);
    await redis.del(`${key}:lock`);
    expect(await isForged(url)).toBe(false);
    expect(await redis.get(key)).not.toContain('forged');
  });

  it('is never served when it is older than 1.8 s, whatever Redis kept it for', async () => {
    const url = path(ids[2] as string);
    await shop.call(url);
    const key = await forge('product', 1_850);
    await redis.set(`${key}:lock`, '1', 'PX', 5_000);
    expect(await isForged(url)).toBe(false);
  });

  it('lives two seconds at most', async () => {
    await shop.call(path(ids[3] as string));
    const [key = ''] = await keys('product');
    expect(await redis.pttl(key)).toBeGreaterThan(0);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(1_800);
  });

  it('that is no copy of ours is not served', async () => {
    const url = path(ids[4] as string);
    const { text } = await shop.call(url);
    const [key = ''] = await keys('product');
    for (const garbage of ['', 'x', '{"forged":true}', `${Date.now()} other-tags {"forged":true}`]) {
      await redis.set(key, garbage);
      expect((await shop.call(url)).text).toBe(text);
    }
  });

  it('of a product that is not there is not made', async () => {
    const url = path('0192d3a0-0000-7000-8000-000000000000');
    expect((await shop.call(url)).status).toBe(404);
    expect((await shop.call(url)).status).toBe(404);
    expect(await redis.keys(`${prefix}read:product:*`)).toEqual([]);
  });
});

describe.skipIf(findRedis() === null)('a change', () => {
  it('of stock by an order, its cancellation or its expiry shows at once on the product page', async () => {
    const id = ids[5] as string;
    const { body: before } = await shop.call(path(id));
    const { body: order } = await guest(shop).order([{ productId: id, quantity: 2 }]);
    expect((await shop.call(path(id))).body.stock).toBe(before.stock - 2);
    await guest(shop).cancel(order);
    expect((await shop.call(path(id))).body.stock).toBe(before.stock);
  });

  it('voids also what was being read when it was committed', async () => {
    const id = ids[6] as string;
    const { body: before } = await shop.call(path(id));
    await clear();
    // A reader that began before: its copy carries the tags from before.
    await shop.call(path(id));
    const [key = ''] = await keys('product');
    const old = (await redis.get(key)) as string;
    await guest(shop).order([{ productId: id, quantity: 1 }]);
    await redis.set(key, old);
    expect((await shop.call(path(id))).body.stock).toBe(before.stock - 1);
  });
});

describe.skipIf(findRedis() === null)('many who ask at once for what is not there yet', () => {
  it('are one statement in PostgreSQL, and get the same answer', async () => {
    const id = ids[7] as string;
    const waiting = () =>
      shop.database.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    const release = await holdTable();
    const asked = Promise.all(Array.from({ length: 60 }, () => shop.call(path(id))));
    const arrived = async () => (await countedRequests()) >= 60 && (await waiting()).length > 0;
    const all = await within(5_000, arrived).finally(() => within(200, () => false)); // whoever wants to ask PostgreSQL does so by then
    const statements = (await waiting()).length;
    await release();
    expect(all).toBe(true);
    const replies = await asked;
    expect(statements).toBe(1);
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(200);
  });

  it('of several processes wait a moment for the one that reads, then take what it has written', async () => {
    const url = path(ids[8] as string);
    await shop.call(url);
    const [key = ''] = await keys('product');
    const [, tags] = ((await redis.get(key)) as string).split(' ');
    await redis.del(key);
    await redis.set(`${key}:lock`, '1', 'PX', 5_000); // another process reads
    const asked = shop.call(url);
    await redis.set(key, `${Date.now()} ${tags} {"forged":true}`);
    expect((await asked).body).toEqual({ forged: true });
  });

  it('do not wait for one that never comes back', async () => {
    const url = path(ids[9] as string);
    const { text } = await shop.call(url);
    const [key = ''] = await keys('product');
    await redis.del(key);
    await redis.set(`${key}:lock`, '1', 'PX', 60_000);
    const began = performance.now();
    expect((await shop.call(url)).text).toBe(text);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  /** Each request counts itself before it does anything else; these are all from one address. */
  async function countedRequests(): Promise<number> {
    const counts = await redis.mget('none', ...(await redis.keys(`${prefix}rate:*`)));
    return counts.reduce((sum, count) => sum + Number(count), 0);
  }

  /** Holds the products against every read until the returned function is called. */
  async function holdTable(): Promise<() => Promise<unknown>> {
    const holder = new pg.Client({ connectionString: shop.database.adminUrl });
    await holder.connect();
    await holder.query('begin; lock table products in access exclusive mode');
    return async () => {
      await holder.query('commit');
      await holder.end();
    };
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
