/** The faults pool-exhaustion, redis-slow and redis-away as an operator sees them in the stores: what happens, and that it ends. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginFaults, letFaultsEnd } from '#tests/support/faults-on-purpose.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { lookInto, type OwnRedis, ownRedis } from '#tests/support/redis.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const poolSize = 4;
let redis: OwnRedis;
let look: Redis;
let shop: Shop;
let admin: Person;
beforeAll(async () => {
  redis = await ownRedis();
  await redis.start();
  look = lookInto(redis.url);
  shop = await startShop({
    FAULTS_ALLOWED: 'true',
    DATABASE_POOL_MAX: String(poolSize),
    REDIS_URL: redis.url,
    REDIS_CONTROL_URL: redis.url,
  });
  admin = await signIn(shop, 'admin');
});
afterAll(async () => {
  look.disconnect();
  await shop.end();
  await redis.kill();
});

const held = () =>
  shop.database.query<{ pid: number; state: string; usename: string }>(
    `select pid, state, usename from pg_stat_activity where datname = current_database() and application_name = 'kelvo-fault pool-exhaustion'`,
  );
const health = async () => (await shop.call('/api/health')).body;

describe('pool-exhaustion', () => {
  const idle = { state: 'idle in transaction', usename: 'kelvo_app' };

  it('really holds the pool’s connections: requests wait for one, and normal lets them have it at once', async () => {
    await beginFaults(admin, { name: 'pool-exhaustion', seconds: 60 });
    await shop.call('/api/categories?limit=1'); // begins it
    await expect.poll(held).toMatchObject(Array(poolSize).fill(idle));
    let answered = false;
    const waiting = shop.call('/api/categories').finally(() => {
      answered = true;
    });
    expect(await held()).toHaveLength(poolSize);
    expect(answered).toBe(false);
    await beginFaults(admin);
    expect((await shop.call('/api/categories?limit=2')).status).toBe(200);
    expect(await held()).toEqual([]);
    const { status, headers } = await waiting;
    expect([status, headers.get('retry-after')]).toEqual(status === 200 ? [200, null] : [503, '2']); // after 6 s, on a slow machine
  });

  it('lets go of them by itself when its time is over', async () => {
    await beginFaults(admin, { name: 'pool-exhaustion', seconds: 60, strength: 0.5 });
    await shop.call('/api/categories?limit=1');
    await expect.poll(held).toHaveLength(poolSize / 2);
    await letFaultsEnd(shop);
    await expect.poll(held, { timeout: 10_000 }).toEqual([]); // sooner than the database's own time-out ends them
  });

  it('holds a share of them, others in place of those that the database ends for being idle, and none after its deadline', async () => {
    await shop.database.query(
      `do $$ begin execute format('alter role kelvo_app in database %I set idle_in_transaction_session_timeout = ''400ms''', current_database()); end $$`,
    );
    await shop.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'kelvo_app'`,
    );
    await beginFaults(admin, { name: 'pool-exhaustion', seconds: 60, strength: 0.5 });
    await shop.call('/api/categories?limit=1');
    await expect.poll(held).toMatchObject(Array(poolSize / 2).fill(idle));
    const first = (await held()).map(({ pid }) => pid);
    await expect
      .poll(async () => {
        expect((await shop.call('/api/categories?limit=1')).status).toBe(200); // who comes by is served by those that are left
        const now = await held();
        return now.length === poolSize / 2 && now.every(({ pid }) => !first.includes(pid));
      })
      .toBe(true);
    await beginFaults(admin, { name: 'pool-exhaustion', seconds: 1, strength: 0.5 });
    await expect
      .poll(async () => {
        const { body } = await admin.call('/api/admin/demo-mode');
        expect((await shop.call('/api/categories?limit=1')).status).toBe(200);
        return [body.faults.length, (await held()).length];
      })
      .toEqual([0, 0]);
  });

  it('is over for a process whose held sessions an operator ended', async () => {
    await beginFaults(admin, { name: 'pool-exhaustion', seconds: 60 });
    await shop.call('/api/categories?limit=1');
    await expect.poll(held).toHaveLength(poolSize);
    await shop.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'kelvo-fault %'`,
    );
    for (let i = 0; i < 5; i++) expect((await shop.call(`/api/categories?limit=${i + 1}`)).status).toBe(200);
    expect(await held()).toEqual([]);
    await beginFaults(admin);
  });
});

describe('a fault of Redis', () => {
  /** How often Redis was held back, as it counts itself. */
  const pauses = async () => Number(/cmdstat_client\|pause:calls=(\d+)/.exec(await look.info('commandstats'))?.[1] ?? 0);
  const slowestPing = async () => {
    let slowest = 0;
    for (let i = 0; i < 10; i++) {
      const began = performance.now();
      await look.ping();
      slowest = Math.max(slowest, performance.now() - began);
    }
    return slowest;
  };

  it('redis-slow really has every command wait, less than a request would wait at most, until normal', async () => {
    expect(await pauses()).toBe(0);
    const usual = await slowestPing();
    await beginFaults(admin, { name: 'redis-slow', seconds: 60, strength: 0.9 });
    await expect.poll(slowestPing).toBeGreaterThan(usual + 30);
    expect(await pauses()).toBeGreaterThan(0);
    expect((await shop.call('/api/products?limit=2')).status).toBe(200);
    await beginFaults(admin);
    await expect.poll(slowestPing).toBeLessThan(usual + 30);
  });

  it('redis-away really leaves everybody without an answer: the shop is degraded and answers, and is healthy after the deadline', async () => {
    const { text } = await shop.call('/api/categories?limit=3');
    await beginFaults(admin, { name: 'redis-away', seconds: 60 });
    await expect.poll(health).toMatchObject({ status: 'degraded', dependencies: { redis: { status: 'unhealthy' } } });
    expect(await shop.call('/api/categories?limit=3')).toMatchObject({ status: 200, text });
    await beginFaults(admin, { name: 'redis-away', seconds: 1 });
    await expect.poll(health).toMatchObject({ status: 'healthy', dependencies: { redis: { status: 'healthy' } } });
    const before = await pauses();
    expect(await slowestPing()).toBeLessThan(500);
    expect(await pauses()).toBe(before);
  });
});
