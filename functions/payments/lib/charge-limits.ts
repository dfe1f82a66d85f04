import { type Exchange, priceIn } from '#functions/currency/lib/convert.ts';
import { Problem } from '#platform/errors.ts';
import type { Currency } from '#platform/money.ts';

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts: the least charge in minor units. A charge in another currency than
// that of the shop's bank account (US dollars) has to be worth that one's least as well, and yuan have no other.
const least: Record<Currency, number> = { USD: 50, EUR: 50, GBP: 30, JPY: 50, CAD: 50, AUD: 50, CHF: 50, CNY: 0 };

/** What can be paid at once, in minor units of the currency: eight digits at most. The mock provider keeps to the same. */
export const chargeLimits = (exchange: Exchange): { least: number; most: number } => ({
  least: Math.max(least[exchange.currency], priceIn(least.USD, exchange).amount),
  most: 99_999_999,
});

/** @throws Problem 422 `total-too-small` (with `least`) or `total-too-large` (with `most`) for a total that no payment can be made of */
export function refuseUnpayable(amount: number, exchange: Exchange): void {
  const { currency } = exchange;
  const { least, most } = chargeLimits(exchange);
  if (amount < least) {
    throw new Problem('unprocessable', 'total-too-small', 'The total is less than can be paid.', { least: { amount: least, currency } });
  }
  if (amount > most) {
    throw new Problem('unprocessable', 'total-too-large', 'The total is more than can be paid at once. Please order in parts.', {
      most: { amount: most, currency },
    });
  }
}
