import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencies, minorDigits } from '#platform/money.ts';
import { convert, leastCentsShowing, priceIn, rateMicros } from './convert.ts';

const currency = fc.constantFrom(...currencies);
const cents = fc.nat({ max: 1_000_000_000 });

describe('a conversion', () => {
  it('is by the rate and the digits of both currencies', () => {
    expect(priceIn(10_000, 'USD')).toEqual({ amount: 10_000, currency: 'USD' });
    expect(priceIn(10_000, 'EUR')).toEqual({ amount: 9_214, currency: 'EUR' });
    expect(priceIn(10_000, 'JPY')).toEqual({ amount: 15_182, currency: 'JPY' }); // yen have no cents
    expect(convert({ amount: 15_182, currency: 'JPY' }, 'USD')).toEqual({ amount: 10_000, currency: 'USD' });
    expect(convert({ amount: 9_214, currency: 'EUR' }, 'JPY')).toEqual({ amount: 15_182, currency: 'JPY' });
    expect(rateMicros('USD')).toBe(1_000_000);
  });

  it('of an amount into its own currency is the amount', () => {
    fc.assert(
      fc.property(
        cents,
        currency,
        (amount, same) => void expect(convert({ amount, currency: same }, same)).toEqual({ amount, currency: same }),
      ),
    );
  });

  it('there and back is off by no more than the two roundings', () => {
    fc.assert(
      fc.property(cents, currency, currency, (amount, from, to) => {
        const back = convert(convert({ amount, currency: from }, to), from).amount;
        const unit = (of: typeof from) => rateMicros(of) * 10 ** minorDigits[of]; // minor units for a million dollars
        expect(Math.abs(back - amount)).toBeLessThanOrEqual(Math.ceil(unit(from) / unit(to) / 2 + 0.5));
      }),
    );
  });

  it('never turns two prices around', () => {
    fc.assert(
      fc.property(cents, cents, currency, (a, b, to) => {
        expect(Math.sign(priceIn(a, to).amount - priceIn(b, to).amount) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is refused once it is not exact', () => {
    expect(() => convert({ amount: Number.MAX_SAFE_INTEGER, currency: 'USD' }, 'JPY')).toThrow(RangeError);
    expect(convert({ amount: Number.MAX_SAFE_INTEGER, currency: 'USD' }, 'EUR').amount).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});

describe('the least price that shows at least an amount', () => {
  it('is exactly that, for all currencies', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 1_000_000_000 })), currency, (amount, shown) => {
        const least = leastCentsShowing(amount, shown);
        expect(priceIn(least, shown).amount).toBeGreaterThanOrEqual(amount);
        if (least > 0) expect(priceIn(least - 1, shown).amount).toBeLessThan(amount);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found at once for the largest amounts that a query may name', () => {
    for (const shown of currencies) {
      const least = leastCentsShowing(1_000_000_000_001, shown);
      expect(priceIn(least, shown).amount).toBeGreaterThanOrEqual(1_000_000_000_001);
      expect(priceIn(least - 1, shown).amount).toBeLessThan(1_000_000_000_001);
    }
  });
});
