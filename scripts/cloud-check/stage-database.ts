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
  const admin = await ownerOf(named('postgres'));
  await rename(named('postgres'), own, kept);
  await ensureDatabase(named(seeded));
  await run(named(seeded), [
    `alter database ${seeded} owner to ${pg.escapeIdentifier(admin)}`,
    'create extension if not exists pg_stat_statements',
  ]);
  const asAdmin = inRole(named(seeded), admin);
  await migrate(asAdmin);
  await seedIfEmpty(asAdmin);
  return {
    url: named(own),
    async reset() {
      await dropDatabase(named(own));
      await cloneDatabase(named(seeded), own);
      await run(named('postgres'), [`alter database ${own} owner to ${pg.escapeIdentifier(admin)}`]);
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

/** Signs in as the superuser and acts as RDS's master user, who owns everything: functions may do here what they may do in the deployed database. */
const inRole = (url: string, role: string) => `${url}?options=${encodeURIComponent(`-c role=${role}`)}`;

/** Who owns the stage's database: RDS's master user. */
async function ownerOf(url: string): Promise<string> {
  const [owner] = await run(url, [`select pg_get_userbyid(datdba) as name from pg_database where datname = '${own}'`]);
  return owner?.name ?? 'postgres';
}

const rename = (url: string, from: string, to: string) =>
  run(url, [
    `alter database ${from} allow_connections false`,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${from}'`,
    `alter database ${from} rename to ${to}`,
    `alter database ${to} allow_connections true`,
  ]);

/** Runs statements one after the other, as the superuser. @returns rows of the last one */
async function run(url: string, statements: string[]): Promise<{ name: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: { name: string }[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
