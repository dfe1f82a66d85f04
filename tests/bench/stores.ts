import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { startPostgres } from '#local/services/postgres.ts';
import { startRedis } from '#local/services/redis.ts';

export const root = join(import.meta.dirname, '../..');

/** A module of a checkout: of this one, or of another release beside it. */
const from = <Module>(checkout: string, file: string): Promise<Module> => import(pathToFileURL(join(checkout, file)).href);

/** The functions of a checkout and their environment on given stores; limits are out of the way. */
export async function stackOn(
  { databaseUrl, redisUrl, port, checkout = root }: { databaseUrl: string; redisUrl: string | null; port: number; checkout?: string },
  variables: Record<string, string> = {},
) {
  const { localVariables, readLocalStack } = await from<typeof import('#local/values.ts')>(checkout, 'local/values.ts');
  const { unitVariables } = await from<typeof import('#tests/support/variables.ts')>(checkout, 'tests/support/variables.ts');
  const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY } = unitVariables;
  const secrets = { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY };
  return readLocalStack(join(checkout, 'template.yaml'), localVariables({ databaseUrl, redisUrl, gatewayPort: port, secrets }), {
    RATE_LIMIT_PER_MINUTE: '100000000',
    ...variables,
  });
}

/** A PostgreSQL and a Redis for a benchmark. */
export async function benchStores() {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-bench-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true });
  const redis = await startRedis();
  const adminUrl = (database: string) => urlOf(postgres.url, { pathname: `/${database}` });
  const query = async (database: string, statement: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: adminUrl(database) });
    await client.connect();
    const { rows } = await client.query(statement, values).finally(() => client.end());
    return rows;
  };
  return {
    postgres,
    redis,
    query,
    adminUrl,
    /**
     * Makes a database by a checkout's migrations and seed.
     * @param generate so many products besides those of the seed
     * @returns its URL for functions
     */
    shop: async (database: string, { generate = 0, checkout = root }: { generate?: number; checkout?: string } = {}): Promise<string> => {
      await query('postgres', `create database ${database}`);
      const { migrate } = await from<typeof import('../../db/migrate.ts')>(checkout, 'db/migrate.ts');
      const { seed } = await from<typeof import('../../db/seed/seed.ts')>(checkout, 'db/seed/seed.ts');
      await migrate(adminUrl(database));
      await seed(adminUrl(database), { generate });
      await query(database, 'update products set stock = 100000000 where stock > 20');
      await query(database, 'vacuum analyze');
      return urlOf(adminUrl(database), { username: 'kelvo_app' });
    },
    stop: async () => {
      await Promise.all([postgres.stop(), redis?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A URL with some of its parts replaced. */
export function urlOf(url: string, parts: { pathname?: string; username?: string; port?: string }): string {
  return Object.assign(new URL(url), parts).href;
}

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
