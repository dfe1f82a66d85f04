import type { Sql } from '#platform/db/sql.ts';
import type { Part } from '#platform/db/together.ts';
import type { Currency } from '#platform/money.ts';

/** A row of `exchange_rates`: `micros` are millionths of the currency's unit for one US dollar. */
export interface RateRow {
  code: Currency;
  micros: number;
  /** The day that the source gives it for: `2026-11-02`. */
  asOf: string;
  source: string;
  validFrom: string;
}

/** The rates that count at an instant, and those that will count after it. */
export const selectRates = (sql: Sql, now: Date): Promise<RateRow[]> =>
  sql(
    `select code, micros, as_of::text as "asOf", source, valid_from as "validFrom" from exchange_rates
      where valid_from >= (select max(valid_from) from exchange_rates where valid_from <= $1) order by valid_from`,
    [now],
  );

/** A part that gives the rate of one currency that counts at an instant, as `micros`: for a transaction that has to keep it. */
export const selectRate =
  (currency: Currency, now: Date): Part =>
  (bind) =>
    `select micros from exchange_rates where code = ${bind(currency)} and valid_from <= ${bind(now)} order by valid_from desc limit 1`;
