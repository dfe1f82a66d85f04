import { expect, test } from 'vitest';
import { currencies } from '#platform/money.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { chargeLimits, refuseUnpayable } from './charge-limits.ts';

test('what is within the limits can be paid, one unit beyond cannot, in every currency', () => {
  for (const currency of currencies) {
    const { least, most } = chargeLimits(fixed(currency));
    for (const amount of [least, most]) expect(() => refuseUnpayable(amount, fixed(currency))).not.toThrow();
    expect(() => refuseUnpayable(least - 1, fixed(currency))).toThrow(
      expect.objectContaining({ code: 'total-too-small', extra: { least: { amount: least, currency } } }),
    );
    expect(() => refuseUnpayable(most + 1, fixed(currency))).toThrow(
      expect.objectContaining({ code: 'total-too-large', extra: { most: { amount: most, currency } } }),
    );
    expect(() => refuseUnpayable(0, fixed(currency))).toThrow();
  }
});

test("the least is the provider's for the currency, and is worth its least in US dollars", () => {
  expect(Object.fromEntries(currencies.map((currency) => [currency, chargeLimits(fixed(currency)).least]))).toEqual({
    USD: 50,
    EUR: 50,
    GBP: 39,
    JPY: 76,
    CAD: 69,
    AUD: 76,
    CHF: 50,
    CNY: 356,
  });
});
