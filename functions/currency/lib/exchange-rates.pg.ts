import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Part } from '#platform/db/together.ts';
import type { Currency } from '#platform/money.ts';
import type { FeedRates } from './rates-feed.ts';

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

/** The newest rates that there are, whether they count already or not yet. */
export async function selectNewestRates(sql: Sql): Promise<FeedRates> {
  const [row] = await sql<FeedRates>(
    `select max(as_of)::text as "asOf", json_object_agg(code, micros) as micros
       from exchange_rates where valid_from = (select max(valid_from) from exchange_rates)`,
  );
  return row as FeedRates; // the migration wrote the first
}

/**
 * Writes rates that count from 45 s on: longer than a process keeps what it has read (`exchangeInto`). By the real time, whatever instant the run
 * was scheduled for; and after any that were written before.
 */
export async function insertRates(sql: Sql, { asOf, micros }: FeedRates, source: string, now: Date): Promise<void> {
  await sql(
    `insert into exchange_rates (valid_from, code, micros, as_of, source, fetched_at)
       select greatest(greatest($1, clock_timestamp()) + interval '45 seconds', last + interval '1 millisecond'), code, micros::bigint, $2, $3, $1
         from json_each_text($4) as rate (code, micros), (select max(valid_from) as last from exchange_rates) newest`,
    [now, asOf, source, JSON.stringify(micros)],
  );
}

/** Deletes rates that others replaced before an instant. */
export const deleteExchangeRates = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(
    sql,
    {
      table: 'exchange_rates',
      instant: 'valid_from',
      also: 'valid_from < (select max(valid_from) from exchange_rates where valid_from <= now())',
    },
    before,
    limit,
  );
