import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

/**
 * Brings a database to the newest schema and gives the app role its grants. Safe to repeat; concurrent runs wait for each other.
 * @param url a role that may create tables and roles
 */
export async function migrate(url: string): Promise<void> {
  await runner({
    databaseUrl: url,
    dir: join(import.meta.dirname, 'migrations'),
    migrationsTable: 'schema_migrations',
    direction: 'up',
    log: () => undefined,
  });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(await readFile(join(import.meta.dirname, 'roles/app.sql'), 'utf8'));
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL;
  if (!url) {
    console.error('DATABASE_URL is not set: name the database to migrate, e.g. postgresql://postgres@127.0.0.1:3001/kelvo');
    process.exit(2);
  }
  await migrate(url);
  console.log('The schema is up to date.');
}
