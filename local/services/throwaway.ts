/**
 * Stores for tests and replays: a PostgreSQL with two databases to clone, `bare` (schema only) and `shop` (seeded), and a Redis where there is
 * one. They leave nothing behind.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloneDatabase, ensureDatabase } from './database.pg.ts';
import { type ContainerNetwork, startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

export interface ThrowawayStores {
  /** A temporary folder that is deleted with them. */
  folder: string;
  /** Signs in as a superuser, to the database `shop`. */
  shopUrl: string;
  /** Null where Redis is not installed. */
  redisUrl: string | null;
  stop(): Promise<void>;
}

/** @param containers also accepts connections from containers */
export async function startThrowawayStores(containers?: ContainerNetwork): Promise<ThrowawayStores> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-stores-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true, containers });
  const redis = await startRedis({ also: containers?.address });
  const stop = async () => {
    await Promise.all([postgres.stop(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const bare = new URL(postgres.url);
    bare.pathname = '/bare';
    await ensureDatabase(bare.href);
    const { migrate } = await import('../../db/migrate.ts');
    const { seedIfEmpty } = await import('../../db/seed/run.ts');
    await migrate(bare.href);
    const shopUrl = await cloneDatabase(bare.href, 'shop');
    await seedIfEmpty(shopUrl);
    return { folder, shopUrl, redisUrl: redis?.url ?? null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
