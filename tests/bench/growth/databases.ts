import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '#local/services/postgres.ts';
import { migrate } from '../../../db/migrate.ts';
import { seed } from '../../../db/seed/seed.ts';
import { root, urlOf } from '../stores.ts';

/** A shop with so many products and as many orders. */
export interface GrownShop {
  size: number;
  /** As a superuser; `functionsUrl` as the functions. */
  url: string;
  functionsUrl: string;
  /** How fast its products were written, when they were, without the count of their words. */
  productsPerSecond: number;
}

/** What is noted on a database once it is filled. */
interface Filled {
  productsPerSecond: number;
}

/**
 * A PostgreSQL whose databases stay in `.local/growth`: filling a large one takes minutes, and is done once. Later runs migrate it.
 * `rm -rf .local/growth` forgets them.
 */
export async function startGrownShops(say: (line: string) => void) {
  const postgres = await startPostgres({ dataDir: join(root, '.local/growth/postgres') });
  const adminUrl = (database: string) => urlOf(postgres.url, { pathname: `/${database}` });
  // Nothing here has to survive a crash of the machine; and checkpoints each gigabyte would be part of what is measured.
  await each(adminUrl('postgres'), [
    `alter system set max_wal_size = '8GB'`,
    'alter system set synchronous_commit = off',
    'select pg_reload_conf()',
  ]);
  return {
    stop: async () => {
      await rows(adminUrl('postgres'), 'checkpoint'); // or the stop would be cut short, and the next start have to recover
      await postgres.stop();
    },
    /** The shop of a size, filled when it is not there yet. An interrupted filling is gone on with. */
    async shop(size: number): Promise<GrownShop> {
      const database = `growth_${size}`;
      const url = adminUrl(database);
      const [there] = await rows<{ note: string | null }>(
        adminUrl('postgres'),
        `select shobj_description(oid, 'pg_database') as note from pg_database where datname = '${database}'`,
      );
      if (!there) await each(adminUrl('postgres'), [`create database ${database}`]);
      await migrate(url);
      const filled = there?.note ? (JSON.parse(there.note) as Filled) : await fill(url, database, size);
      return { size, url, functionsUrl: urlOf(url, { username: 'kelvo_app' }), ...filled };
    },
  };

  async function fill(url: string, database: string, size: number): Promise<Filled> {
    say(`Filling ${database}, once`);
    const began = performance.now();
    let written = began;
    await seed(url, {
      generate: size,
      orders: size,
      report: (done, _, what) => {
        if (what === 'products') written = performance.now();
        say(`${done.toLocaleString('en-US')} ${what}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
      },
    });
    const filled = { productsPerSecond: Math.round(size / ((written - began) / 1000)) };
    await each(url, ['vacuum (analyze)', `comment on database ${database} is '${JSON.stringify(filled)}'`]);
    return filled;
  }
}

async function each(url: string, statements: string[]): Promise<void> {
  for (const statement of statements) await rows(url, statement);
}

/** Runs one statement on a connection of its own. */
export async function rows<Row extends pg.QueryResultRow>(url: string, statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}
