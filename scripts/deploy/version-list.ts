/** The versions that can be brought back. */
import { Failure, Misuse } from '../command-line.ts';
import type { VersionRecord } from './artifacts.ts';

/** The version that somebody means. @param to its name, or the beginning of it. @throws Misuse where none or several begin so */
export function chooseVersion(records: readonly VersionRecord[], to: string): VersionRecord {
  const exact = records.find(({ version }) => version === to);
  if (exact !== undefined) return exact;
  const fitting = records.filter(({ version }) => version.startsWith(to));
  const [only] = fitting;
  if (only === undefined) throw new Misuse(`There is no version ${to}: npm run rollback without --to lists those that there are.`);
  if (fitting.length > 1) throw new Misuse(`${to} may be ${fitting.map(({ version }) => version).join(' or ')}.`);
  return only;
}

/**
 * The record of the version that a stage's functions run.
 * @param deployed the app stack's parameter Version
 * @throws Failure where a deploy of it did not get to its end, and so left no record
 */
export function recordOf(records: readonly VersionRecord[], deployed: string | undefined): VersionRecord | undefined {
  const present = records.find(({ version }) => version === deployed);
  if (present === undefined && records.length > 0)
    throw new Failure(
      `The deploy of ${deployed ?? 'the version that is there'} did not get to its end: deploy again, or roll back, first.`,
    );
  return present;
}

/** One line a version, the last one first. @param deployed the one that the functions run, which may have no record yet */
export function versionLines(records: readonly VersionRecord[], deployed: string | undefined): string[] {
  const width = Math.max(...records.map(({ version }) => version.length));
  return records.map(
    ({ version, deployedAt, schemaVersion }) =>
      `${version.padEnd(width)}  ${deployedAt.slice(0, 16).replace('T', ' ')} UTC  schema ${schemaVersion}${version === deployed ? '  (now)' : ''}`,
  );
}
