import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Name of the newest migration, `0029_synonyms`: the schema that this release is for. */
export function newestMigration(): string {
  const names = readdirSync(join(import.meta.dirname, 'migrations')).filter((file) => file.endsWith('.sql'));
  return (names.sort().at(-1) ?? '').slice(0, -'.sql'.length);
}
