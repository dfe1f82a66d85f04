import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

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
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query('select pg_advisory_lock(1)'); // a template is cloned by one at a time
  await admin.query(`create database ${name} template ${template}`);
  await admin.query('select pg_advisory_unlock(1)');
  const adminUrl = new URL(server);
  adminUrl.pathname = `/${name}`;
  const url = new URL(adminUrl);
  url.username = 'kelvo_app';
  const pool = new pg.Pool({ connectionString: adminUrl.href, max: 4 });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    adminUrl: adminUrl.href,
    query: async <Row extends object>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as Row[],
    end: async () => {
      await pool.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
