import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { keepSecrets } from './secret-store.ts';

/** A client that nothing may be asked of. */
const untouched = new SecretsManagerClient({
  region: 'us-east-1',
  endpoint: 'http://127.0.0.1:1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});
const now = { arn: 'arn', version: 'v1', values: { a: '1', b: '2' } };

test('equal values make no new version, in whatever order they are: functions would be updated for nothing', async () => {
  expect(await keepSecrets(untouched, 'dev', { now, values: { b: '2', a: '1' } })).toBe(now);
});

test('other values do', async () => {
  await expect(keepSecrets(untouched, 'dev', { now, values: { a: '1' } })).rejects.toThrow();
});
