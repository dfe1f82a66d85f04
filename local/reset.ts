// npm run db:reset: drops the local database and makes it anew, with schema and seed, and empties queues and streams; Kelvo may be running meanwhile.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { emptyStore, storeUrl } from './pumps/store.pg.ts';
import { runningKelvo } from './running.ts';
import { ensureDatabase, recreateDatabase } from './services/database.pg.ts';
import { ask } from './services/ports.ts';
import { startPostgres } from './services/postgres.ts';

/** Whether the database is on this machine. Any other one is dropped only when asked explicitly. */
export function isLocalUrl(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\]|)$/.test(new URL(url).hostname);
}

/** Drops, makes, migrates and seeds the database that the URL names, and empties what queues and streams hold. */
async function reset(url: string, awsUrl: string): Promise<void> {
  await recreateDatabase(url);
  await ensureDatabase(awsUrl);
  await emptyStore(awsUrl);
  const { migrate } = await import('../db/migrate.ts');
  await migrate(url);
  const { seedIfEmpty } = await import('../db/seed/run.ts');
  await seedIfEmpty(url);
}

const usage = `Usage: npm run db:reset [-- --force] [--folder PATH]

Drops the local database, or that of DATABASE_URL, and makes it anew with schema and seed; Kelvo may be running meanwhile.

  --force         also a database of DATABASE_URL that is not on this machine
  --folder PATH   where the local run keeps its data (default: .local)
  --help          show this

Ends with 0; with 1 when it did not work; with 2 when it was asked in a wrong way.`;

const readFlags = () =>
  parseArgs({ options: { force: { type: 'boolean' }, folder: { type: 'string' }, help: { type: 'boolean' } } }).values;

async function main(values: ReturnType<typeof readFlags>): Promise<void> {
  const folder = resolve(values.folder ?? join(import.meta.dirname, '../.local'));
  const given = process.env.DATABASE_URL;
  if (given) {
    if (!isLocalUrl(given) && values.force !== true) {
      throw new Error(`DATABASE_URL names a database on ${new URL(given).hostname}, which is not this machine: add --force to drop it`);
    }
    return reset(given, storeUrl(given, false));
  }
  const running = runningKelvo(folder);
  if (running !== null) {
    await reset(running.databaseUrl, running.awsUrl);
    // The cache still has data of the old database.
    if (running.redisUrl !== null && isLocalUrl(running.redisUrl)) await ask(Number(new URL(running.redisUrl).port || 6379), 'FLUSHDB\r\n');
    return;
  }
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), say: console.log });
  try {
    await reset(postgres.url, storeUrl(postgres.url, true));
  } finally {
    await postgres.stop();
  }
}

if (import.meta.main) {
  let values: ReturnType<typeof readFlags>;
  try {
    values = readFlags();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  try {
    await main(values);
    console.log('The database is new: schema and seed are in.');
    process.exit(0);
  } catch (error) {
    console.error(`The database was not reset: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
