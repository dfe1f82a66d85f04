import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Health } from './contract.ts';

/** Asks each dependency that is configured. PostgreSQL gone is unhealthy; anything else gone only slows the shop down. */
export async function readHealth(sql: Sql): Promise<Health> {
  const postgres = await probe(() => sql('select 1 as alive'));
  return { status: postgres.status, dependencies: { postgres }, version: config.SERVICE_VERSION };
}

async function probe(ask: () => Promise<unknown>): Promise<Health['dependencies'][string]> {
  const started = performance.now();
  const status = await ask().then(
    () => 'healthy' as const,
    () => 'unhealthy' as const,
  );
  return { status, latencyMs: Math.round((performance.now() - started) * 10) / 10 };
}
