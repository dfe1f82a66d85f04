/** The database that a stage's functions use, exchanged under their name for it: they notice no more than a lost connection. */
import pg from 'pg';
import { cloneDatabase, dropDatabase, ensureDatabase } from '#local/services/database.pg.ts';
import { ask } from '#local/services/ports.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/run.ts';
import type { StageStores } from './stores.ts';

const own = 'kelvo';
const kept = 'kelvo_kept';
const seeded = 'kelvo_seeded';

export interface StageDatabase {
  url: string;
  /** Puts a newly seeded database in place, and forgets what Redis has. */
  reset(): Promise<void>;
  /** Puts the stage's own database back. */
  restore(): Promise<void>;
}

/** Puts the stage's own database aside until `restore`. */
export async function lendDatabase({ adminUrl, redisPlain }: Pick<StageStores, 'adminUrl' | 'redisPlain'>): Promise<StageDatabase> {
  const named = (name: string) => {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return url.href;
  };
  const forget = async () => {
    if (redisPlain !== null) await ask(redisPlain, 'FLUSHALL\r\n');
  };
  await rename(named('postgres'), own, kept);
  await ensureDatabase(named(seeded));
  await migrate(named(seeded));
  await seedIfEmpty(named(seeded));
  return {
    url: named(own),
    async reset() {
      await dropDatabase(named(own));
      await cloneDatabase(named(seeded), own);
      await forget();
    },
    async restore() {
      await dropDatabase(named(own));
      await dropDatabase(named(seeded));
      await rename(named('postgres'), kept, own);
      await forget();
    },
  };
}

async function rename(url: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`alter database ${from} allow_connections false`);
    await client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [from]);
    await client.query(`alter database ${from} rename to ${to}`);
    await client.query(`alter database ${to} allow_connections true`);
  } finally {
    await client.end();
  }
}
