import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#local/services/postgres.ts';
import { startRedis } from '#local/services/redis.ts';
import { localVariables, readLocalStack } from '#local/values.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/seed.ts';
import { unitVariables } from '../support/variables.ts';

export const root = join(import.meta.dirname, '../..');

/** PostgreSQL (seeded) and Redis for a benchmark, and the functions' environment on them; limits are out of the way. */
export async function benchStores(variables: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-bench-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true });
  const redis = await startRedis();
  await migrate(postgres.url);
  await seedIfEmpty(postgres.url);
  const url = new URL(postgres.url);
  url.username = 'kelvo_app';
  const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY } = unitVariables;
  const secrets = { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY };
  const environment = (gatewayPort: number, redisUrl: string | null) =>
    readLocalStack(join(root, 'template.yaml'), localVariables({ databaseUrl: url.href, redisUrl, gatewayPort, secrets }), {
      RATE_LIMIT_PER_MINUTE: '100000000',
      ...variables,
    });
  return {
    postgres,
    redis,
    environment,
    stop: async () => {
      await Promise.all([postgres.stop(), redis?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
