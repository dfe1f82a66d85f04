import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { ensureUnchanged, hasSecret, keepSecrets, secretsIn } from './secret-store.ts';

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

/** A client whose answers are made here. @returns the client, and the names of what was asked of it */
function answering(answers: Record<string, object>) {
  const client = new SecretsManagerClient({ region: 'us-east-1' });
  const asked: string[] = [];
  client.send = async (command: object) => {
    asked.push(command.constructor.name);
    return answers[command.constructor.name] ?? {};
  };
  return { client, asked };
}

test.each([
  ['sk_live_abcdef'],
  ['{"stripeSecretKey":"sk_live_abcdef"'],
  ['["sk_live_abcdef"]'],
  ['{"n":{"of":"sk_live_abcdef"}}'],
  ['null'],
])('a secret that somebody broke by hand is named and never quoted: %s', (text) => {
  expect(() => secretsIn(text, 'kelvo/dev/app')).toThrow('The secret kelvo/dev/app is no JSON object of texts any more');
  expect(() => secretsIn(text, 'kelvo/dev/app')).not.toThrow(/sk_live|abc/);
});

test('whether a secret is there is looked at without taking one back that is on its way to be deleted', async () => {
  const leaving = answering({ DescribeSecretCommand: { DeletedDate: new Date() } });
  expect(await hasSecret(leaving.client, 'dev')).toBe(false);
  expect(leaving.asked).toEqual(['DescribeSecretCommand']);
  expect(await hasSecret(answering({}).client, 'dev')).toBe(true);
});

test('keys that changed since a deploy read them are not taken away from the functions again', async () => {
  const { client } = answering({ GetSecretValueCommand: { ARN: 'arn', VersionId: 'v2', SecretString: '{}' } });
  await expect(ensureUnchanged(client, 'dev', now)).rejects.toThrow('The secret kelvo/dev/app has changed since this began');
  await expect(ensureUnchanged(client, 'dev', undefined)).rejects.toThrow('has changed');
  await ensureUnchanged(client, 'dev', { ...now, version: 'v2' });
});
