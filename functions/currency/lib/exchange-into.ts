import { now } from '#platform/clock.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type Currency, currencies } from '#platform/money.ts';
import { perProcess } from '#platform/per-process.ts';
import { type Exchange, exchangeOf, usDollars } from './convert.ts';
import { type RateRow, selectRates } from './exchange-rates.pg.ts';

/** Rates are read this often. New ones are written 45 s before they count (`insertRates`), so that every process has read them by then. */
const keptMs = 30_000;
/** Where they cannot be read, the last ones go on, and this long nobody tries again. */
const pauseMs = 5_000;

/** What the process knows. `reading` is what all who ask at once wait for. */
interface Known {
  rates: RateRow[];
  goodUntil: number;
  reading: Promise<void> | undefined;
}

/** The rate from US dollars into a currency that counts now. Costs no statement in US dollars, and in other currencies one in 30 s and process. */
export async function exchangeInto(sql: Sql, currency: Currency): Promise<Exchange> {
  if (currency === 'USD') return usDollars;
  return exchangeOf(currency, (await ratesNow(sql)).get(currency)?.micros);
}

/** All rates that count now, by currency, in the order in which Kelvo lists currencies. */
export async function ratesNow(sql: Sql): Promise<Map<Currency, RateRow>> {
  const known = perProcess('exchange-rates', (): Known => ({ rates: [], goodUntil: 0, reading: undefined }));
  if (known.goodUntil <= now().getTime()) {
    known.reading ??= read(sql, known).finally(() => {
      known.reading = undefined;
    });
    await known.reading;
  }
  const counting = known.rates.filter(({ validFrom }) => Date.parse(validFrom) <= now().getTime());
  const newest = new Map(counting.map((row) => [row.code, row])); // later rows replace earlier ones
  return new Map(currencies.flatMap((code) => (newest.has(code) ? [[code, newest.get(code) as RateRow]] : [])));
}

async function read(sql: Sql, known: Known): Promise<void> {
  const asked = now();
  try {
    known.rates = await selectRates(sql, asked);
    known.goodUntil = asked.getTime() + keptMs;
  } catch (error) {
    if (known.rates.length === 0) throw error;
    known.goodUntil = now().getTime() + pauseMs;
  }
}
