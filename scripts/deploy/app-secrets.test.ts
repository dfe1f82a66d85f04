import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Misuse } from '../command-line.ts';
import { prepareKeys, switchKeys } from '../keys/rotation.ts';
import { completeSecrets, originSecretHashes, presentOriginSecret, publicKeysOf } from './app-secrets.ts';

const mock = { parameters: { PaymentProvider: 'mock', MailTransport: 'local' }, env: {} };
const made = completeSecrets({}, mock);

test('a new stage gets all its keys, long and different ones', () => {
  expect(Object.keys(made).sort()).toEqual(['accessTokenSigningKey', 'orderTokenKey', 'originSecret', 'paymentWebhookSecret']);
  expect(Object.values(made).every((value) => value.length >= 64)).toBe(true);
  expect(completeSecrets({}, mock).orderTokenKey).not.toBe(made.orderTokenKey);
});

test('keys that are there stay as they are', () => {
  expect(completeSecrets(made, mock)).toEqual(made);
  const { originSecret: _, ...lacking } = made;
  expect(completeSecrets(lacking, mock)).toMatchObject(lacking);
});

test('a secret of another company comes from the shell, once, and only where it is used', () => {
  const stripe = { PaymentProvider: 'stripe', MailTransport: 'smtp' };
  const env = { STRIPE_SECRET_KEY: 'sk_test_1', SMTP_URL: 'smtps://a:b@mail.example', STRIPE_WEBHOOK_SECRET: 'whsec_of_stripe' };
  const first = completeSecrets(made, { parameters: stripe, env });
  expect(first).toMatchObject({ stripeSecretKey: 'sk_test_1', smtpUrl: env.SMTP_URL, paymentWebhookSecret: 'whsec_of_stripe' });
  expect(completeSecrets(first, { parameters: stripe, env: {} })).toEqual(first);
  expect(completeSecrets(made, { ...mock, env })).toEqual(made);
});

test('a missing one is named with the variable that brings it; a webhook’s secret may come later', () => {
  const parameters = { PaymentProvider: 'stripe', MailTransport: 'local' };
  expect(() => completeSecrets({}, { parameters, env: {} })).toThrow(Misuse);
  expect(() => completeSecrets({}, { parameters, env: {} })).toThrow('set STRIPE_SECRET_KEY');
  expect(completeSecrets({}, { parameters, env: { STRIPE_SECRET_KEY: 'sk' } }).paymentWebhookSecret).toMatch(/^whsec_/);
});

test('the public keys are those of the signing key, without its private half', () => {
  const { keys } = JSON.parse(publicKeysOf(made));
  expect(keys).toHaveLength(1);
  const { d, ...half } = JSON.parse(made.accessTokenSigningKey ?? '');
  expect(keys[0]).toEqual(half);
  expect(publicKeysOf(made)).not.toContain(d);
});

test('CloudFront sends the first origin secret, and the functions get the hash of each', () => {
  const hash = (value: string) => createHash('sha256').update(value).digest('hex');
  expect(originSecretHashes({ originSecret: 'abc' })).toBe(hash('abc'));
  expect(presentOriginSecret({ originSecret: 'new,old' })).toBe('new');
  expect(originSecretHashes({ originSecret: 'new,old' })).toBe(`${hash('new')},${hash('old')}`);
});

test('while keys are rotated, the public keys are those of two', () => {
  const mock = { stripe: false };
  const prepared = prepareKeys(made, mock);
  const kids = (secrets: Record<string, string>) => JSON.parse(publicKeysOf(secrets)).keys.map(({ kid }: { kid: string }) => kid);
  const [present, next] = kids(prepared);
  expect(kids(made)).toEqual([present]);
  expect(kids(switchKeys(prepared, mock))).toEqual([next, present]);
});

test('a key that somebody broke is named and never quoted', () => {
  const broken = { ...made, accessTokenSigningKey: 'a-private-key' };
  expect(() => publicKeysOf(broken)).toThrow('A key of access tokens in the secret is no JSON Web Key any more');
  expect(() => publicKeysOf(broken)).not.toThrow('private');
});
