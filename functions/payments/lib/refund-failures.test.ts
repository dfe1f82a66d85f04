import { expect, test } from 'vitest';
import { refundFailure } from './refund-failures.ts';

test('every reason of Stripe has words for the people of the shop', () => {
  expect(refundFailure('lost_or_stolen_card')).toEqual({ code: 'lost-or-stolen-card', message: 'The card was lost or stolen.' });
  for (const reason of [
    'expired_or_canceled_card',
    'charge_for_pending_refund_disputed',
    'insufficient_funds',
    'declined',
    'merchant_request',
  ])
    expect(refundFailure(reason).message).not.toBe(refundFailure(null).message);
});

test('one that is new, or none, is a failure all the same', () => {
  for (const reason of ['something_new', 'constructor', '__proto__', null, undefined])
    expect(refundFailure(reason)).toEqual({ code: expect.stringMatching(/^[\w-]+$/), message: expect.stringContaining('says no more') });
});
