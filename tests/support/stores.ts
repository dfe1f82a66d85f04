import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '#local/services/postgres.ts';
import { startRedis } from '#local/services/redis.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/run.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the run's PostgreSQL, for the database `postgres`. */
    postgresUrl: string;
    /** The run's Redis; empty where the machine has none. */
    redisUrl: string;
  }
}

let running: Promise<{ postgresUrl: string; redisUrl: string; stop(): Promise<void> }> | undefined;
let users = 0;

/** Starts the run's Redis, and its PostgreSQL with two templates, `bare` (schema only) and `shop` (seeded); every project of the run shares them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  running ??= start();
  const { postgresUrl, redisUrl, stop } = await running;
  project.provide('postgresUrl', postgresUrl);
  project.provide('redisUrl', redisUrl);
  return async () => {
    users -= 1;
    if (users > 0) return;
    running = undefined;
    await stop();
  };
}

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-stores-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true });
  const url = new URL(postgres.url);
  url.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  try {
    await admin.query('create database bare');
    const bare = new URL(url);
    bare.pathname = '/bare';
    await migrate(bare.href);
    await admin.query('create database shop template bare');
    const shop = new URL(url);
    shop.pathname = '/shop';
    await seedIfEmpty(shop.href);
  } catch (error) {
    await postgres.stop();
    throw error;
  } finally {
    await admin.end();
  }
  const redis = await startRedis();
  return {
    postgresUrl: url.href,
    redisUrl: redis?.url ?? '',
    stop: async () => {
      await Promise.all([postgres.stop(), redis?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
