// invoked by CloudFormation: the database gets this release's schema before any function that needs it is updated.
import { join } from 'node:path';
import { connectAsAdmin } from '#functions/ops/lib/connect-as-admin.pg.ts';
import { migrateForRelease } from '#functions/ops/lib/migrate-for-release.ts';
import { MigrationProperties } from '#functions/ops/lib/schema-version.ts';
import { config } from '#platform/config.ts';
import { customResource } from '#platform/events/custom-resource.ts';

/** The build puts db/migrations and db/roles beside the bundle. */
const folder = join(import.meta.dirname, 'db');

export const handler = customResource({
  physicalId: `kelvo-${config.STAGE}-schema`,
  properties: MigrationProperties,
  apply: (wanted, before, signal) => migrateForRelease(() => connectAsAdmin(signal), { wanted, before, folder, signal }),
});
