import { type Currency, divideHalfEven, type Money, minorDigits } from '#platform/money.ts';

/** Millionths of a currency's unit for one US dollar: mid-market rates of 2026-11-02, fixed until a feed replaces them. */
const perDollar: Record<Currency, bigint> = {
  USD: 1_000_000n,
  EUR: 921_400n,
  GBP: 786_300n,
  JPY: 151_820_000n,
  CAD: 1_378_500n,
  AUD: 1_524_100n,
  CHF: 883_700n,
  CNY: 7_118_600n,
};

/** The rate that is stored with an order: millionths of the currency's unit for one US dollar. */
export const rateMicros = (currency: Currency): number => Number(perDollar[currency]);

/**
 * Converts an amount in minor units, rounded once, half to even. Convert a unit price once and add the results up; never convert a sum.
 * @throws RangeError when the result is too large to be exact
 */
export function convert({ amount, currency }: Money, to: Currency): Money {
  if (currency === to) return { amount, currency };
  const numerator = BigInt(amount) * perDollar[to] * 10n ** BigInt(minorDigits[to]);
  const denominator = perDollar[currency] * 10n ** BigInt(minorDigits[currency]);
  const converted = Number(divideHalfEven(numerator, denominator));
  if (!Number.isSafeInteger(converted)) throw new RangeError('The converted amount is too large to be exact');
  return { amount: converted, currency: to };
}

/** A base price (US cents) as shown in a currency. */
export const priceIn = (cents: number, currency: Currency): Money => convert({ amount: cents, currency: 'USD' }, currency);

/**
 * The least base price (US cents) whose shown price is at least `amount`: lets SQL filter base prices by a bound in any currency.
 * Conversion never decreases as the base price grows, so one estimate and a few steps find it.
 */
export function leastCentsShowing(amount: number, currency: Currency): number {
  if (currency === 'USD') return amount;
  let cents = Math.max(0, convert({ amount, currency }, 'USD').amount);
  while (cents > 0 && priceIn(cents - 1, currency).amount >= amount) cents -= 1;
  while (priceIn(cents, currency).amount < amount) cents += 1;
  return cents;
}
