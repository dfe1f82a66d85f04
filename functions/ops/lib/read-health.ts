import { checkFeed, configuredFeed } from '#functions/currency/lib/feed-state.ts';
import { pingRedis } from '#platform/cache/redis.ts';
import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Health } from './contract.ts';

/** Probes each configured dependency. Without PostgreSQL the shop is unhealthy; without any other it is only degraded. */
export async function readHealth(sql: Sql, { now }: { now: Date }): Promise<Health> {
  const redisToo = config.REDIS_URL !== undefined;
  const searchToo = config.SEARCH_ENGINE === 'opensearch';
  const [postgres, redis, search] = await Promise.all([
    probe(() => sql('select 1 as alive')),
    redisToo ? probe(pingRedis) : undefined,
    searchToo ? probe(pingSearch) : undefined,
  ]);
  const feed = postgres.status === 'healthy' ? configuredFeed() : undefined; // PostgreSQL knows how it is
  const rates = feed && (await probe(() => checkFeed(sql, feed.source, now)));
  const rest = [redis, search, rates].some((each) => each?.status === 'unhealthy') ? 'degraded' : 'healthy';
  return {
    status: postgres.status === 'unhealthy' ? 'unhealthy' : rest,
    dependencies: { postgres, ...(redis && { redis }), ...(search && { search }), ...(rates && { rates }) },
    version: config.SERVICE_VERSION,
    schemaVersion: config.SCHEMA_VERSION ?? null,
  };
}

/** Loaded where it is used: signing is. */
const pingSearch = async () => (await import('#functions/search/lib/opensearch.client.ts')).pingOpenSearch();

async function probe(ask: () => Promise<unknown>): Promise<Health['dependencies'][string]> {
  const started = performance.now();
  const status = await ask().then(
    () => 'healthy' as const,
    () => 'unhealthy' as const,
  );
  return { status, latencyMs: Math.round((performance.now() - started) * 10) / 10 };
}
