import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import type pg from 'pg';
import { applyRoles, type RoleSettings } from './apply-roles.pg.ts';

const table = 'schema_migrations';

export interface MigrateOptions extends RoleSettings {
  /** Opens another connection as the same role: the one that migrates cannot stop itself. */
  connect?: () => Promise<pg.Client>;
  /** Takes back the migration that is under way. */
  signal?: AbortSignal;
  /** How long a migration's statement waits for a lock; default: as long as it takes. */
  lockTimeoutMs?: number;
}

/** Names of the migrations in `folder`/migrations, in order. */
export async function bundledMigrations(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, 'migrations'));
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort();
}

/** Names of the migrations that a database has, in order; none where it is empty. */
export async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows: there } = await client.query<{ table: string | null }>('select to_regclass($1)::text as table', [`public.${table}`]);
  if (!there[0]?.table) return [];
  const { rows } = await client.query<{ name: string }>(`select name from public.${table} order by name`);
  return rows.map(({ name }) => name);
}

/**
 * Runs the migrations that a database lacks, each in a transaction of its own, then gives the roles their rights. Safe to repeat; a second run waits
 * for the first, under node-pg-migrate's own lock. The connection's settings are as they were afterwards; after an error it is best closed.
 * @returns the names of the migrations that ran
 * @throws Error that names the migration that failed; it has changed nothing, those before it have
 */
export async function migrateDatabase(client: pg.Client, options: MigrateOptions): Promise<string[]> {
  const { folder, signal, connect, lockTimeoutMs = 0 } = options;
  const release = signal && connect ? stopOn(signal, client, connect) : () => undefined;
  const ran: string[] = [];
  try {
    await client.query('select pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    const applied = await appliedMigrations(client);
    for (const name of (await bundledMigrations(folder)).filter((each) => !applied.includes(each))) {
      await apply(client, folder, name);
      ran.push(name);
    }
    await applyRoles(client, options);
    await client.query('reset lock_timeout');
    await client.query('select pg_advisory_unlock($1)', [PG_MIGRATE_LOCK_ID]);
    return ran;
  } catch (error) {
    if (signal?.aborted) throw new Error(`There was too little time: ${(error as Error).message}`, { cause: error });
    throw error;
  } finally {
    release();
  }
}

async function apply(client: pg.Client, folder: string, name: string): Promise<void> {
  try {
    await runner({
      dbClient: client,
      dir: join(folder, 'migrations'),
      file: name,
      migrationsTable: table,
      direction: 'up',
      noLock: true, // held for all of them, and for the roles
      log: () => undefined,
    });
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`Migration ${name} failed`, { cause: error });
  }
}

/** Ends the connection's session on the server when the signal comes: what it has not committed is taken back, and its locks are free. */
function stopOn(signal: AbortSignal, client: pg.Client, connect: () => Promise<pg.Client>): () => void {
  const { processID } = client as pg.Client & { processID: number };
  const stop = async () => {
    const other = await connect();
    await other.query('select pg_terminate_backend($1)', [processID]).finally(() => other.end());
  };
  const onAbort = () => void stop().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  return () => signal.removeEventListener('abort', onAbort);
}
