import { describe, expect, test } from 'vitest';
import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';
import { phaseOf, prepareKeys, retireKeys, switchKeys } from './rotation.ts';

const mock = { stripe: false };
const first = {
  orderTokenKey: 'a'.repeat(64),
  paymentWebhookSecret: 'whsec_a',
  accessTokenSigningKey: makeAccessTokenKeys().ACCESS_TOKEN_SIGNING_KEY,
  originSecret: 'b'.repeat(64),
  smtpUrl: 'smtps://kept',
};
const prepared = prepareKeys(first, mock);
const switched = switchKeys(prepared, mock);
const list = (text: string | undefined) => (text ?? '').split(',');

describe('keys are rotated', () => {
  test('by first being known to all and used by none', () => {
    for (const name of ['orderTokenKey', 'paymentWebhookSecret', 'originSecret'] as const) {
      expect(list(prepared[name])).toEqual([first[name], expect.any(String)]);
      expect(list(prepared[name])[1]).not.toBe(first[name]);
    }
    expect(prepared.accessTokenSigningKey).toBe(first.accessTokenSigningKey);
    expect(JSON.parse(prepared.accessTokenNextKey ?? '').kid).not.toBe(JSON.parse(first.accessTokenSigningKey).kid);
    expect([phaseOf(first), phaseOf(prepared), phaseOf(switched)]).toEqual(['ready', 'prepared', 'ready']);
  });

  test('then used, while those before stay good', () => {
    expect(list(switched.orderTokenKey)).toEqual(list(prepared.orderTokenKey).toReversed());
    expect(switched).toMatchObject({
      accessTokenSigningKey: prepared.accessTokenNextKey,
      accessTokenPreviousKey: first.accessTokenSigningKey,
      smtpUrl: 'smtps://kept',
    });
    expect(switched).not.toHaveProperty('accessTokenNextKey');
  });

  test('so that there are never more than two of a kind: the next rotation drops the one before', () => {
    const again = switchKeys(prepareKeys(switched, mock), mock);
    expect(list(again.orderTokenKey)).toEqual([expect.any(String), list(switched.orderTokenKey)[0]]);
    expect(again.accessTokenPreviousKey).toBe(switched.accessTokenSigningKey);
    expect(again.orderTokenKey).not.toContain(first.orderTokenKey);
  });

  test('in steps that change nothing when they are repeated, after an interruption', () => {
    expect(prepareKeys(prepared, mock)).toEqual(prepared);
    expect(switchKeys(switched, mock)).toEqual(switched);
    expect(switchKeys(first, mock)).toEqual(first);
  });

  test('but for the webhook’s secret where Stripe makes it', () => {
    const own = prepareKeys(first, { stripe: true });
    expect(own.paymentWebhookSecret).toBe('whsec_a');
    expect(switchKeys(own, { stripe: true }).paymentWebhookSecret).toBe('whsec_a');
    const both = { ...switched, paymentWebhookSecret: 'whsec_stripe_new,whsec_stripe_old' };
    expect(retireKeys(both, { stripe: true }).paymentWebhookSecret).toBe('whsec_stripe_new,whsec_stripe_old');
  });

  test('and retired at once where somebody else may know one, but not in the middle of a rotation', () => {
    const retired = retireKeys(switched, mock);
    expect(retired).toEqual({
      ...first,
      orderTokenKey: list(switched.orderTokenKey)[0],
      paymentWebhookSecret: list(switched.paymentWebhookSecret)[0],
      originSecret: list(switched.originSecret)[0],
      accessTokenSigningKey: switched.accessTokenSigningKey,
    });
    expect(() => retireKeys(prepared, mock)).toThrow('under way');
  });

  test('where there are some: a stage without a secret is told to deploy', () => {
    expect(() => prepareKeys({}, mock)).toThrow('deploy the stage first');
    expect(() => prepareKeys({ ...first, orderTokenKey: '' }, mock)).toThrow('no orderTokenKey');
  });
});
