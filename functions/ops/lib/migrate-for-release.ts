import type { AdminConnection } from './connect-as-admin.pg.ts';
import { appliedMigrations, bundledMigrations, migrateDatabase } from './migrate-database.pg.ts';
import { roleSettings } from './role-settings.ts';
import { type MigrationProperties, planSchema } from './schema-version.ts';

/** How long a statement of a migration waits for a lock: whatever comes after it in the queue, reads too, waits as long. */
const lockTimeoutMs = 10_000;

export interface ReleaseMigration {
  wanted: MigrationProperties;
  before: MigrationProperties | undefined;
  /** Holds `migrations` and `roles`. */
  folder: string;
  signal: AbortSignal;
}

/**
 * Brings the database to a release's schema, or leaves it alone where an older release comes back.
 * @returns the resource's attributes
 */
export async function migrateForRelease(
  connect: () => Promise<AdminConnection>,
  { wanted, before, folder, signal }: ReleaseMigration,
): Promise<{ Version: string }> {
  const client = await connect();
  try {
    const state = {
      wanted: wanted.SchemaVersion,
      before: before?.SchemaVersion,
      bundled: await bundledMigrations(folder),
      applied: await appliedMigrations(client),
    };
    if (planSchema(state) === 'migrate') await migrateDatabase(client, { folder, connect, signal, lockTimeoutMs, ...roleSettings() });
  } finally {
    await client.end().catch(() => undefined); // it may be gone already
  }
  return { Version: wanted.SchemaVersion };
}
