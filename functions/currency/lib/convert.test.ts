import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencies, minorDigits } from '#platform/money.ts';
import { anyExchange, fixed } from '#tests/support/exchanges.ts';
import { convert, type Exchange, exchangeOf, leastCentsShowing, priceIn, usDollars } from './convert.ts';

const cents = fc.nat({ max: 1_000_000_000 });

describe('a conversion', () => {
  it('is by the rate and the digits of both currencies', () => {
    expect(priceIn(10_000, usDollars)).toEqual({ amount: 10_000, currency: 'USD' });
    expect(priceIn(10_000, fixed('EUR'))).toEqual({ amount: 9_214, currency: 'EUR' });
    expect(priceIn(10_000, fixed('JPY'))).toEqual({ amount: 15_182, currency: 'JPY' }); // yen have no cents
    expect(convert(15_182, fixed('JPY'), usDollars)).toEqual({ amount: 10_000, currency: 'USD' });
    expect(convert(9_214, fixed('EUR'), fixed('JPY'))).toEqual({ amount: 15_182, currency: 'JPY' });
  });

  it('between two currencies is rounded once, not by way of cents of a dollar', () => {
    // A yen is 0.6587 US cents: by way of cents, 1 yen would be 1 cent, and that 2 yen.
    for (let yen = 0; yen < 50; yen++) {
      const exact = (yen * 100 * 921_400) / 151_820_000;
      expect(convert(yen, fixed('JPY'), fixed('EUR')).amount).toBe(Math.round(exact));
    }
  });

  it('of an amount into its own currency is the amount', () => {
    fc.assert(
      fc.property(cents, anyExchange, (amount, same) => {
        expect(convert(amount, same, same)).toEqual({ amount, currency: same.currency });
      }),
    );
  });

  it('there and back is off by no more than the two roundings', () => {
    fc.assert(
      fc.property(cents, anyExchange, anyExchange, (amount, from, to) => {
        if (from.currency === to.currency) return;
        const there = unlessTooLarge(() => convert(amount, from, to).amount);
        if (there === undefined) return;
        const back = convert(there, to, from).amount;
        const unit = (of: Exchange) => Number(of.micros) * 10 ** minorDigits[of.currency]; // minor units for a million dollars
        expect(Math.abs(back - amount)).toBeLessThanOrEqual(Math.ceil(unit(from) / unit(to) / 2 + 0.5));
      }),
    );
  });

  it('never turns two prices around', () => {
    fc.assert(
      fc.property(cents, cents, anyExchange, (a, b, to) => {
        expect(Math.sign(priceIn(a, to).amount - priceIn(b, to).amount) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is refused once it is not exact', () => {
    expect(() => convert(Number.MAX_SAFE_INTEGER, usDollars, fixed('JPY'))).toThrow(RangeError);
    expect(convert(Number.MAX_SAFE_INTEGER, usDollars, fixed('EUR')).amount).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});

function unlessTooLarge(work: () => number): number | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

describe('the least price that shows at least an amount', () => {
  it('is exactly that, for all currencies at any rate', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 1_000_000_000 })), anyExchange, (amount, shown) => {
        const least = leastCentsShowing(amount, shown);
        expect(priceIn(least, shown).amount).toBeGreaterThanOrEqual(amount);
        if (least > 0) expect(priceIn(least - 1, shown).amount).toBeLessThan(amount);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found at once for the largest amounts that a query may name', () => {
    for (const shown of currencies.map(fixed)) {
      const least = leastCentsShowing(1_000_000_000_001, shown);
      expect(priceIn(least, shown).amount).toBeGreaterThanOrEqual(1_000_000_000_001);
      expect(priceIn(least - 1, shown).amount).toBeLessThan(1_000_000_000_001);
    }
  });
});

it('without a rate there is no exchange, and so no price', () => {
  for (const micros of [null, undefined, 0]) expect(() => exchangeOf('EUR', micros)).toThrow('EUR');
  expect(exchangeOf('EUR', 921_400)).toEqual(fixed('EUR'));
});
