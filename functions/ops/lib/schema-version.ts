import * as z from 'zod/mini';

/** Properties of the template's resource `Migration`. */
export const MigrationProperties = z.object({
  /** Name of the release's newest migration, `0029_synonyms`. */
  SchemaVersion: z.string().check(z.regex(/^\d{4}_[a-z0-9_]+$/)),
});
export type MigrationProperties = z.infer<typeof MigrationProperties>;

export interface SchemaState {
  /** What the deploy asks for. */
  wanted: string;
  /** What it asked for the last time; undefined at the first. */
  before: string | undefined;
  /** Names of the bundle's migrations, in order. */
  bundled: readonly string[];
  /** Names of those that the database has. */
  applied: readonly string[];
}

/**
 * What has to be done to the schema. Names begin with four digits, so their order is that of the letters.
 * @returns `nothing` for a rollback: an older release runs on a newer schema, so the schema stays as it is
 * @throws Error with what is wrong, for the person who deploys
 */
export function planSchema({ wanted, before, bundled, applied }: SchemaState): 'nothing' | 'migrate' {
  const newest = bundled.at(-1) ?? '';
  const isAhead = applied.some((name) => name > newest);
  if (isAhead && applied.includes(wanted)) return 'nothing';
  if (before !== undefined && before > wanted && applied.includes(wanted)) return 'nothing';
  if (wanted !== newest)
    throw new Error(
      `SchemaVersion is ${wanted}, and this release's newest migration is ${newest}: deploy with npm run deploy, which knows`,
    );
  return 'migrate';
}
