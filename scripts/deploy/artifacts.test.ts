import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { missingOf } from './artifacts.ts';

const record = {
  version: 'a1',
  deployedAt: '',
  schemaVersion: '0029_synonyms',
  template: 'content/t',
  site: { 'index.html': 'content/1' },
};
const template = `
Resources:
  Cart: {Properties: {CodeUri: s3://artifacts/code/aa}}
  Layer: {Properties: {ContentUri: "s3://artifacts/code/bb"}}
  Again: {Properties: {CodeUri: s3://artifacts/code/aa}}
  Other: {Properties: {CodeUri: s3://elsewhere/code/cc}}
`.replaceAll('}}', ' }}');

function bucketWith(...keys: string[]) {
  const s3 = new S3Client({ region: 'us-east-1' });
  // A page a key: a version is whole only after the last page.
  s3.send = async ({ input }: { input: { Prefix: string; ContinuationToken?: string } }) => {
    const fitting = keys.filter((key) => key.startsWith(input.Prefix));
    const at = Number(input.ContinuationToken ?? 0);
    return {
      Contents: fitting.slice(at, at + 1).map((Key) => ({ Key })),
      NextContinuationToken: at + 1 < fitting.length ? `${at + 1}` : undefined,
    };
  };
  return { s3, bucket: 'artifacts' };
}

test('a version is whole when the code of its functions and every file of its site are there', async () => {
  expect(await missingOf(bucketWith('content/0', 'content/1', 'code/aa', 'code/bb'), record, template)).toEqual([]);
  expect(await missingOf(bucketWith('content/0', 'code/bb'), record, template)).toEqual(['content/1', 'code/aa']);
});
