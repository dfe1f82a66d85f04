import * as z from 'zod/mini';

/** The currencies Kelvo sells in, with the number of digits of their minor unit (ISO 4217). */
export const minorDigits = { USD: 2, EUR: 2, GBP: 2, JPY: 0, CAD: 2, AUD: 2, CHF: 2, CNY: 2 } as const;

export type Currency = keyof typeof minorDigits;
export const currencies = Object.keys(minorDigits) as [Currency, ...Currency[]];

/** An amount in integer minor units (12999 USD is $129.99; 12999 JPY is ¥12,999). */
export interface Money {
  amount: number;
  currency: Currency;
}

export const Currency = z.enum(currencies);
export const Money = z.strictObject({ amount: z.int().check(z.gte(0)), currency: Currency });

/** The sum of amounts of one currency. A sum past what a double holds exactly is a bug, never a rounded price. */
export function sum(amounts: readonly number[]): number {
  const total = amounts.reduce((a, b) => a + b, 0);
  if (!Number.isSafeInteger(total)) throw new RangeError('A sum of money is too large to be exact');
  return total;
}

/** numerator / denominator, rounded half to even (banker's rounding: no drift over many prices). Both are non-negative integers. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator) return quotient + 1n;
  if (twice < denominator) return quotient;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}
