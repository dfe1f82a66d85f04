import { expect, test } from 'vitest';
import { Misuse } from '../command-line.ts';
import { credentialsFault, ensureAccount, regionOf } from './aws.ts';

test('a stage’s region is the one of its file, else of the shell', () => {
  expect(regionOf('eu-west-1', {})).toBe('eu-west-1');
  expect(regionOf(undefined, { AWS_REGION: 'eu-west-1' })).toBe('eu-west-1');
  expect(regionOf(undefined, { AWS_DEFAULT_REGION: 'eu-west-1' })).toBe('eu-west-1');
  expect(regionOf('eu-west-1', { AWS_REGION: 'eu-west-1' })).toBe('eu-west-1');
});

test('credentials of another account than the file’s are refused, where it names one', () => {
  expect(() => ensureAccount('111111111111', '222222222222')).toThrow(Misuse);
  expect(() => ensureAccount('111111111111', '222222222222')).toThrow('configured for the account 111111111111');
  ensureAccount('111111111111', '111111111111');
  ensureAccount(undefined, '222222222222');
});

test('none, or two of them, is refused in a sentence', () => {
  expect(() => regionOf(undefined, {})).toThrow(Misuse);
  expect(() => regionOf('eu-west-1', { AWS_REGION: 'us-east-1' })).toThrow('configured for eu-west-1, and AWS_REGION says us-east-1');
});

test.each([
  ['CredentialsProviderError', 'Could not load credentials from any providers', 'No AWS credentials'],
  ['ExpiredTokenException', 'The security token included in the request is expired', 'have expired'],
  ['CredentialsProviderError', 'Token is expired. To refresh this SSO session run aws sso login', 'have expired'],
  ['InvalidClientTokenId', 'The security token included in the request is invalid', 'does not know these credentials'],
])('%s (%s): %s', (name, message, said) => {
  expect(credentialsFault(Object.assign(new Error(message), { name }))).toContain(said);
});

test('another error is not taken for one of credentials', () => {
  expect(credentialsFault(new Error('connect ECONNREFUSED'))).toBeUndefined();
});
