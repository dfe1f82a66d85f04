import { migrateDatabase } from '#functions/ops/lib/migrate-database.pg.ts';
import { takesNothing } from '../scripts/command-line.ts';
import { connected } from './seed/connection.ts';

/**
 * Brings a database to the newest schema and gives the app role its grants, as a deploy does by ops/migrate. Safe to repeat; concurrent runs wait
 * for each other.
 * @param url a role that may create tables and roles
 */
export async function migrate(url: string): Promise<void> {
  await connected(url, (client) => migrateDatabase(client, { folder: import.meta.dirname, faults: true }));
}

if (import.meta.main) {
  takesNothing(`Usage: npm run db:migrate

Brings the database of DATABASE_URL to the newest schema and gives the roles their rights. Safe to repeat. Ends with 0; with 2 where DATABASE_URL is not set.`);
  const url = process.env.DATABASE_URL;
  if (!url) {
    console.error('DATABASE_URL is not set: name the database to migrate, e.g. postgresql://postgres@127.0.0.1:3001/kelvo');
    process.exit(2);
  }
  await migrate(url);
  console.log('The schema is up to date.');
}
