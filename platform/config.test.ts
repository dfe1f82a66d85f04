import { describe, expect, it } from 'vitest';
import { unitVariables } from '#tests/support/variables.ts';
import { config, readConfig, required } from './config.ts';

const faultsOf = (source: Record<string, string | undefined>): string => {
  try {
    readConfig(source);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the configuration', () => {
  it('is read into numbers, and what is empty into nothing', () => {
    expect(readConfig({ ...unitVariables, DATABASE_POOL_MAX: '7', ORIGIN_SECRET_SHA256: '' })).toMatchObject({
      DATABASE_POOL_MAX: 7,
      ORIGIN_SECRET_SHA256: undefined,
    });
    expect(faultsOf(unitVariables)).toBe('');
  });

  it('names every variable that is missing, in one error', () => {
    const message = faultsOf({});
    for (const name of [
      'STAGE',
      'DATABASE_URL',
      'DATABASE_AUTH',
      'DATABASE_POOL_MAX',
      'EVENT_BUS_ENDPOINT',
      'ACCESS_TOKEN_PUBLIC_KEYS',
      'RATE_LIMIT_PER_MINUTE',
    ]) {
      expect(message).toContain(`  ${name} is not set`);
    }
    expect(message.split('\n').length).toBeGreaterThan(10);
    // These may be left out: not every function has them.
    expect(message).not.toMatch(/ORIGIN_SECRET|ORDER_TOKEN_KEY|PAYMENT_WEBHOOK_SECRET|STRIPE_SECRET_KEY|SIGNING_KEY/);
  });

  it('tells what is wrong with each that is there, without its value', () => {
    const secrets = {
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      ORDER_TOKEN_KEY: 'too-short-a-secret',
      DATABASE_POOL_MAX: '0',
      DATABASE_QUERY_TIMEOUT_MS: '5s',
      DATABASE_AUTH: 'trust-me-swordfish',
      EVENT_BUS_ENDPOINT: 'ftp://opensesame',
      RATE_LIMIT_PER_MINUTE: '-1',
      ORIGIN_SECRET_SHA256: 'opensesame',
      ACCESS_TOKEN_PUBLIC_KEYS: '["swordfish"]',
    };
    const message = faultsOf({ ...unitVariables, ...secrets });
    expect(
      message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(' ')[0])
        .toSorted(),
    ).toEqual(Object.keys(secrets).toSorted());
    expect(message).toContain('ORDER_TOKEN_KEY must have at least 32 characters');
    expect(message).toContain('DATABASE_POOL_MAX must be a whole number from 1 to 200');
    expect(message).not.toMatch(/hunter2|too-short|swordfish|opensesame|5s|mysql/);
  });

  it('knows one or two hashes of the origin secret, and no more', () => {
    const [one, two] = ['a'.repeat(64), 'b'.repeat(64)];
    expect(readConfig({ ...unitVariables, ORIGIN_SECRET_SHA256: one }).ORIGIN_SECRET_SHA256).toEqual([one]);
    expect(readConfig({ ...unitVariables, ORIGIN_SECRET_SHA256: `${one},${two}` }).ORIGIN_SECRET_SHA256).toEqual([one, two]);
    for (const wrong of [`${one},`, `,${one}`, `${one} ${two}`, `${one},${two},${one}`])
      expect(() => readConfig({ ...unitVariables, ORIGIN_SECRET_SHA256: wrong })).toThrow('ORIGIN_SECRET_SHA256');
  });

  it('gives what only some functions have, and says which function lacks what it uses', () => {
    expect(required('ORDER_TOKEN_KEY')).toBe(config.ORDER_TOKEN_KEY);
    expect(config.STRIPE_SECRET_KEY).toBeUndefined();
    expect(() => required('STRIPE_SECRET_KEY')).toThrow('STRIPE_SECRET_KEY is not set for this function');
  });

  it.each(['0', '100000001', '1000000000', '9'.repeat(400), '1.5', '1e3', '-1', ' 1', '+1', '0x10', '', 'x', '１２'])(
    'tells the range of a number that is not in it: %j',
    (value) => {
      expect(faultsOf({ ...unitVariables, RATE_LIMIT_PER_MINUTE: value })).toBe(
        'The configuration is wrong:\n  RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 100000000',
      );
    },
  );

  it.each([
    ['DATABASE_URL', 'a postgresql:// URL', ['', 'localhost/shop', 'postgresql://[', 'postgres://host:99999/shop', 'http://host/shop']],
    [
      'REDIS_URL',
      'a redis:// or rediss:// URL',
      ['localhost:6379', 'redis://', 'redis://host:port', 'rediss://[::1', 'http://cache.example'],
    ],
    ['EVENT_BUS_ENDPOINT', 'an http(s) URL', ['', 'events.example', 'https://', 'http://host:x', 'ftp://events.example']],
    ['SQS_ENDPOINT', 'an http(s) URL', ['', 'sqs.example', 'https://', 'http://host:x', 'ftp://sqs.example']],
  ] as const)('refuses a %s that is not %s', (name, kind, values) => {
    for (const value of values)
      expect([value, faultsOf({ ...unitVariables, [name]: value })]).toEqual([
        value,
        `The configuration is wrong:\n  ${name} must be ${kind}`,
      ]);
  });
});
