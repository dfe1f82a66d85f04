import fc from 'fast-check';
import type { Exchange } from '#functions/currency/lib/convert.ts';
import { type Currency, currencies } from '#platform/money.ts';

const micros: Record<Currency, bigint> = {
  USD: 1_000_000n,
  EUR: 921_400n,
  GBP: 786_300n,
  JPY: 151_820_000n,
  CAD: 1_378_500n,
  AUD: 1_524_100n,
  CHF: 883_700n,
  CNY: 7_118_600n,
};

/** The rate of a currency that a new database has (migration 0026). */
export const fixed = (currency: Currency): Exchange => ({ currency, micros: micros[currency] });

/** Any currency at any rate that one could have: from a thousandth of a unit for a dollar to 100,000 units. */
export const anyExchange: fc.Arbitrary<Exchange> = fc
  .constantFrom(...currencies)
  .chain((currency) =>
    currency === 'USD'
      ? fc.constant(fixed('USD'))
      : fc.bigInt({ min: 1_000n, max: 100_000_000_000n }).map((micros) => ({ currency, micros })),
  );
