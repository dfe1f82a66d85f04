import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { mayRepeat, outcomeOf } from './stripe-errors.ts';

/** An error as Stripe's SDK makes it of an answer. */
const answered = (statusCode: number, error: object, headers: Record<string, string> = {}) =>
  Stripe.errors.StripeError.generate({ type: 'invalid_request_error', ...error, statusCode, headers } as Stripe.StripeRawError);
const ends = (error: unknown) => {
  const outcome = outcomeOf(error);
  return outcome.outcome === 'refused' ? outcome.code : outcome.outcome;
};

describe('an error of Stripe', () => {
  test.each([
    [400, { code: 'charge_already_refunded' }, 'already-refunded'],
    [400, { code: 'charge_disputed' }, 'disputed'],
    [400, { code: 'amount_too_small', param: 'amount' }, 'amount-too-small'],
    [400, { code: 'amount_too_large', param: 'amount' }, 'amount-too-large'],
    [404, { code: 'resource_missing', param: 'intent' }, 'unknown-intent'],
    [404, { code: 'resource_missing', param: 'payment_method' }, 'unknown-payment-method'],
    [400, { code: 'payment_intent_unexpected_state' }, 'unexpected-state'],
    [400, { message: 'Refund amount ($2.00) is greater than unrefunded amount on charge ($1.00)' }, 'rejected'],
    [400, { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters' }, 'rejected'],
    [400, { code: 'constructor' }, 'rejected'],
  ])('%i %j is refused for good', (status, error, code) => {
    expect(ends(answered(status, error))).toBe(code);
    expect(mayRepeat(answered(status, error))).toBe(false);
  });

  test.each([
    [401, { code: 'api_key_expired' }, false],
    [403, { type: 'invalid_request_error' }, false],
    [400, { code: 'testmode_charges_only' }, false],
    [400, { code: 'rate_limit' }, false],
    [429, { code: 'lock_timeout' }, false],
    [409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }, true],
    [424, { type: 'api_error' }, false],
    [500, { type: 'api_error' }, true],
    [503, { type: 'api_error' }, true],
  ])('%i %j is away for now; may it be repeated at once: %s', (status, error, repeated) => {
    expect([ends(answered(status, error)), mayRepeat(answered(status, error))]).toEqual(['away', repeated]);
  });

  test('a failure that Stripe repeats under its key is refused: only another key gets another answer', () => {
    expect(ends(answered(500, { type: 'api_error' }, { 'idempotent-replayed': 'true' }))).toBe('rejected');
  });

  test('no answer at all is away', () => {
    const error = new Stripe.errors.StripeConnectionError({
      message: 'An error occurred with our connection to Stripe.',
    } as Stripe.StripeRawError);
    expect([ends(error), mayRepeat(error)]).toEqual(['away', true]);
    expect(ends(new DOMException('The operation was aborted', 'AbortError'))).toBe('away');
  });

  test('Stripe says itself when a repeat is of no use', () => {
    expect(mayRepeat(answered(500, { type: 'api_error' }, { 'stripe-should-retry': 'false' }))).toBe(false);
  });
});
