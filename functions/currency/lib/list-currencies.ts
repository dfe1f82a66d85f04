import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf } from '#platform/http/contract.ts';
import { minorDigits } from '#platform/money.ts';
import type { listCurrenciesRoute } from './contract.ts';
import { ratesNow } from './exchange-into.ts';

const names = new Intl.DisplayNames('en', { type: 'currency' });

/** The currencies that Kelvo sells in, with the rates that count now. */
export async function listCurrencies(sql: Sql): Promise<AnswerOf<typeof listCurrenciesRoute>> {
  const rates = await ratesNow(sql);
  return {
    items: [...rates.values()].map(({ code, micros, asOf, source }) => ({
      code,
      name: names.of(code) ?? code,
      minorUnits: minorDigits[code],
      rate: micros / 1_000_000,
      asOf,
      source,
    })),
  };
}
