import { expect, test } from 'vitest';
import { versionOf } from './build.ts';

const git = (status: string) => async (command: string) => (command === 'rev-parse' ? 'a1b2c3d4e5' : status);
const noGit = async () => {
  throw new Error('not a git repository');
};

test('a version is the revision of git', async () => {
  expect(await versionOf(git(''))).toBe('a1b2c3d4e5');
});

test('changed sources give it a name of their own, the same one for the same sources', async () => {
  const version = await versionOf(git(' M template.yaml'));
  expect(version).toMatch(/^a1b2c3d4e5-[0-9a-f]{8}$/);
  expect(await versionOf(git(' M template.yaml'))).toBe(version);
});

test('without git it is the package’s version and the sources', async () => {
  expect(await versionOf(noGit)).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{8}$/);
});
