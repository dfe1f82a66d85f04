import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRedis } from '#local/services/redis.ts';
import type { FaultName } from '#platform/faults/fault-names.ts';
import { captureLog } from './faults-on-purpose.ts';
import { underTraffic } from './faults-under-traffic.ts';
import { type Person, signIn } from './people.ts';
import { lookInto, type OwnRedis, ownRedis } from './redis.ts';
import { type Shop, startShop } from './shop.ts';

/** Faults one after the other, each under traffic, in one shop with a Redis of its own: its pauses would hold back the other tests' too. */
export function promisesKeptDuring(names: readonly FaultName[]): void {
  const log = captureLog();
  let redis: OwnRedis | undefined;
  let look: Redis | undefined;
  let shop: Shop;
  let admin: Person;
  beforeAll(async () => {
    if (findRedis() !== null) {
      redis = await ownRedis();
      await redis.start();
      look = lookInto(redis.url);
    }
    const redisUrl = redis?.url ?? '';
    shop = await startShop(
      { FAULTS_ALLOWED: 'true', POWERTOOLS_LOG_LEVEL: 'INFO', REDIS_URL: redisUrl, REDIS_CONTROL_URL: redisUrl },
      { pumps: true },
    );
    admin = await signIn(shop, 'admin');
  });
  afterAll(async () => {
    look?.disconnect();
    await shop.end();
    await redis?.kill();
  });
  const redisPauses = async () => Number(/cmdstat_client\|pause:calls=(\d+)/.exec((await look?.info('commandstats')) ?? '')?.[1] ?? 0);

  const coldStarts = (route: string) => log.lines().filter((line) => line.route === route && line.cold_start === true).length;

  it.each(names)(
    '%s: nothing accepted is lost or done twice, only what it says fails, and the shop is healthy within 10 s',
    async (name) => {
      log.forget();
      expect(await underTraffic(name, { shop, admin, redisPauses, coldStarts })).toEqual([]);
    },
  );
}
