import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { cloneDatabase, dropDatabase } from '#local/services/database.pg.ts';

/** A database of a test's own. */
export interface TestDatabase {
  /** For the role of the functions. */
  url: string;
  /** For a superuser. */
  adminUrl: string;
  /** Runs a statement as superuser and gives its rows. */
  query<Row extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  end(): Promise<void>;
}

/** Clones a template into a database of its own (20 to 80 ms): `shop` is seeded, `bare` has the schema only. */
export async function freshDatabase(template: 'shop' | 'bare' = 'shop'): Promise<TestDatabase> {
  const adminUrl = await cloneDatabase(new URL(`/${template}`, inject('postgresUrl')).href, `test_${randomBytes(6).toString('hex')}`);
  const url = new URL(adminUrl);
  url.username = 'kelvo_app';
  const pool = new pg.Pool({ connectionString: adminUrl, max: 4 });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    adminUrl,
    query: async <Row extends object>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as Row[],
    end: async () => {
      await pool.end();
      await dropDatabase(adminUrl);
    },
  };
}
