import { type Currency, divideHalfEven, type Money, minorDigits } from '#platform/money.ts';

/** What a US dollar is worth in a currency. All prices of one answer are made by one of these. */
export interface Exchange {
  currency: Currency;
  /** Millionths of the currency's unit for one US dollar. */
  micros: bigint;
}

/** Base prices are in US dollars: this one needs no reading. */
export const usDollars: Exchange = { currency: 'USD', micros: 1_000_000n };

/** @throws Error where the table has no rate: a price by a guessed one would be an order at a wrong price */
export function exchangeOf(currency: Currency, micros: number | null | undefined): Exchange {
  if (!micros) throw new Error(`There is no exchange rate for ${currency}`);
  return { currency, micros: BigInt(micros) };
}

/**
 * Converts an amount in minor units, rounded once, half to even. Convert a unit price once and add the results up; never convert a sum.
 * @throws RangeError when the result is too large to be exact
 */
export function convert(amount: number, from: Exchange, to: Exchange): Money {
  if (from.currency === to.currency) return { amount, currency: to.currency };
  const numerator = BigInt(amount) * to.micros * 10n ** BigInt(minorDigits[to.currency]);
  const denominator = from.micros * 10n ** BigInt(minorDigits[from.currency]);
  const converted = Number(divideHalfEven(numerator, denominator));
  if (!Number.isSafeInteger(converted)) throw new RangeError('The converted amount is too large to be exact');
  return { amount: converted, currency: to.currency };
}

/** A base price (US cents) as shown in a currency. */
export const priceIn = (cents: number, exchange: Exchange): Money => convert(cents, usDollars, exchange);

/**
 * The least base price (US cents) whose shown price is at least `amount`: lets SQL filter base prices by a bound in any currency.
 * Conversion never decreases as the base price grows, so one estimate and a few steps find it.
 */
export function leastCentsShowing(amount: number, exchange: Exchange): number {
  if (exchange.currency === 'USD') return amount;
  let cents = Math.max(0, convert(amount, exchange, usDollars).amount);
  while (cents > 0 && priceIn(cents - 1, exchange).amount >= amount) cents -= 1;
  while (priceIn(cents, exchange).amount < amount) cents += 1;
  return cents;
}
