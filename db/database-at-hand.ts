import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runningKelvo } from '#local/running.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { migrate } from './migrate.ts';

const folder = join(import.meta.dirname, '../.local');

/** DATABASE_URL's database, else that of the Kelvo that runs from this clone, else the clone's own, started for as long as this takes. */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const named = process.env.DATABASE_URL || runningKelvo(folder)?.databaseUrl;
  if (named) return work(named);
  mkdirSync(folder, { recursive: true });
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), say: console.log });
  try {
    await migrate(postgres.url);
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

/** What is wrong with the database, for the person who started a script on it; undefined when it is something else. */
export function databaseFault({ code }: { code?: string | undefined }): string | undefined {
  if (code === 'ECONNREFUSED') return 'No database answers at the address in DATABASE_URL. Leave that variable out to use the local one.';
  if (code === '42P01') return 'The database has no tables yet. Run npm run db:migrate first.';
  return undefined;
}
