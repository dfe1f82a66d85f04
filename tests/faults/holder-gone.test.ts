/** The process that makes faults on purpose is killed while it makes them: what it held of the stores is free at once, nobody has to clean up. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { beginFaults } from '#tests/support/faults-on-purpose.ts';
import { type GatewayProcess, startGatewayProcess } from '#tests/support/gateway-process.ts';
import { signIn } from '#tests/support/people.ts';
import { lookInto, type OwnRedis, ownRedis } from '#tests/support/redis.ts';

let redis: OwnRedis;
let look: Redis;
let database: TestDatabase;
let gateway: GatewayProcess;
beforeAll(async () => {
  redis = await ownRedis();
  await redis.start();
  look = lookInto(redis.url);
  database = await freshDatabase();
  gateway = await startGatewayProcess(database.url, { REDIS_CONTROL_URL: redis.url, DATABASE_POOL_MAX: '4' });
});
afterAll(async () => {
  look.disconnect();
  await gateway.kill();
  await redis.kill();
  await database.end();
});

it('leaves no lock, no held connection and no paused Redis behind', async () => {
  const holders = () =>
    database.query<{ fault: string; sessions: number }>(
      `select substr(application_name, 13) as fault, count(*)::int as sessions from pg_stat_activity
        where datname = current_database() and application_name like 'kelvo-fault %' and state = 'idle in transaction' group by 1 order by 1`,
    );
  const pauses = async () => Number(/cmdstat_client\|pause:calls=(\d+)/.exec(await look.info('commandstats'))?.[1] ?? 0);
  await beginFaults(
    await signIn(gateway, 'admin'),
    { name: 'lock-contention', seconds: 600 },
    { name: 'pool-exhaustion', seconds: 600, strength: 0.5 },
    { name: 'redis-away', seconds: 600 },
  );
  await expect
    .poll(async () => {
      await gateway.call('/api/categories');
      return holders();
    })
    .toEqual([
      { fault: 'lock-contention', sessions: 1 },
      { fault: 'pool-exhaustion', sessions: 2 },
    ]);
  await expect.poll(pauses).toBeGreaterThan(1);
  await gateway.kill();

  await expect.poll(holders).toEqual([]);
  await database.query('select id from products order by popularity desc limit 3 for update nowait');
  const made = await pauses(); // answered when the last pause has ended
  await look.ping();
  expect(await pauses()).toBe(made);
});
