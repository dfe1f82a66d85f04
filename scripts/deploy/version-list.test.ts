import { expect, test } from 'vitest';
import { Failure, Misuse } from '../command-line.ts';
import { chooseVersion, recordOf, versionLines } from './version-list.ts';

const record = (version: string, deployedAt: string) => ({
  version,
  deployedAt,
  schemaVersion: '0029_synonyms',
  template: 'content/t',
  site: {},
});
const records = [
  record('a1b2c3', '2026-11-26T10:00:00.000Z'),
  record('a1b2', '2026-11-25T10:00:00.000Z'),
  record('ff00', '2026-11-24T10:00:00.000Z'),
];

test('a version is chosen by its name, or by a beginning that only it has', () => {
  expect(chooseVersion(records, 'a1b2')).toBe(records[1]);
  expect(chooseVersion(records, 'ff')).toBe(records[2]);
});

test('one that is not there, or that several may be, is refused in a sentence', () => {
  expect(() => chooseVersion(records, 'bb')).toThrow(Misuse);
  expect(() => chooseVersion(records, 'a1')).toThrow('a1 may be a1b2c3 or a1b2.');
});

test('the list has the last one first, each with its schema, and marks the one that the functions run', () => {
  expect(versionLines(records, 'a1b2c3')[0]).toBe('a1b2c3  2026-11-26 10:00 UTC  schema 0029_synonyms  (now)');
  expect(versionLines(records, 'a1b2c3')[2]).toBe('ff00    2026-11-24 10:00 UTC  schema 0029_synonyms');
  expect(versionLines(records, 'ff00')[2]).toContain('(now)');
  expect(versionLines(records, 'not-ended').join()).not.toContain('(now)');
});

test('what the functions run is named by the stack; a deploy that did not get to its end is not taken for the one before it', () => {
  expect(recordOf(records, 'ff00')).toBe(records[2]);
  expect(() => recordOf(records, 'a1b2c3d4')).toThrow('The deploy of a1b2c3d4 did not get to its end');
  expect(() => recordOf(records, undefined)).toThrow(Failure);
  expect(recordOf([], undefined)).toBeUndefined();
});
