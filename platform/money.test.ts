import fc from 'fast-check';
import { expect, test } from 'vitest';
import { currencies, divideHalfEven, Money, sum } from './money.ts';

const whole = fc.bigInt({ min: 0n, max: 10n ** 30n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 20n });

test('a quotient is rounded to the nearest, and from the middle to the even', () => {
  const table: [number, number, number][] = [
    [0, 7, 0],
    [5, 10, 0],
    [15, 10, 2],
    [25, 10, 2],
    [35, 10, 4],
    [24, 10, 2],
    [26, 10, 3],
    [149, 100, 1],
    [150, 100, 2],
    [250, 100, 2],
    [251, 100, 3],
    [7, 1, 7],
  ];
  for (const [numerator, denominator, rounded] of table)
    expect(divideHalfEven(BigInt(numerator), BigInt(denominator))).toBe(BigInt(rounded));
});

test('a quotient is never more than half a unit away', () => {
  fc.assert(
    fc.property(whole, positive, (numerator, denominator) => {
      const off = 2n * (divideHalfEven(numerator, denominator) * denominator - numerator);
      expect(off <= denominator && off >= -denominator).toBe(true);
      if (off === denominator || off === -denominator) expect(divideHalfEven(numerator, denominator) % 2n).toBe(0n);
    }),
  );
});

test('rounding never turns two amounts around, and leaves whole ones alone', () => {
  fc.assert(
    fc.property(whole, whole, positive, (a, b, denominator) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      expect(divideHalfEven(less, denominator) <= divideHalfEven(more, denominator)).toBe(true);
      expect(divideHalfEven(a * denominator, denominator)).toBe(a);
    }),
  );
});

test('a sum does not depend on the order, and is refused once it is not exact', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 10 ** 12 }), { maxLength: 100 }), (amounts) => {
      expect(sum(amounts)).toBe(sum(amounts.toReversed()));
      expect(BigInt(sum(amounts))).toBe(amounts.reduce((total, amount) => total + BigInt(amount), 0n));
    }),
  );
  expect(sum([])).toBe(0);
  expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
  expect(() => sum([0.5])).toThrow(RangeError);
  expect(() => sum([Number.NaN])).toThrow(RangeError);
});

test('money is a whole, safe and positive amount of a currency that we sell in', () => {
  for (const currency of currencies) expect(Money.safeParse({ amount: 0, currency }).success).toBe(true);
  for (const amount of [-1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '1', null])
    expect(Money.safeParse({ amount, currency: 'USD' }).success).toBe(false);
  for (const money of [
    { amount: 1, currency: 'usd' },
    { amount: 1, currency: 'SEK' },
    { amount: 1 },
    { amount: 1, currency: 'USD', tax: 0 },
  ]) {
    expect(Money.safeParse(money).success).toBe(false);
  }
});
