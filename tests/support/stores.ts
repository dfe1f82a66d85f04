import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '#local/services/postgres.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/run.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the run's PostgreSQL, for the database `postgres`. */
    postgresUrl: string;
  }
}

let running: Promise<{ url: string; stop(): Promise<void> }> | undefined;
let users = 0;

/** Starts the run's PostgreSQL with two templates, `bare` (schema only) and `shop` (seeded); every project of the run shares it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  running ??= start();
  const { url, stop } = await running;
  project.provide('postgresUrl', url);
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
  return {
    url: url.href,
    stop: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
