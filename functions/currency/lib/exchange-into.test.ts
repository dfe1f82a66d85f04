import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sql } from '#platform/db/sql.ts';
import { forgetPerProcess } from '#platform/per-process.ts';
import { exchangeInto, ratesNow } from './exchange-into.ts';
import type { RateRow } from './exchange-rates.pg.ts';

const began = new Date('2026-11-26T12:00:00.000Z').getTime();
const row = (code: RateRow['code'], micros: number, validFrom = '1970-01-01T00:00:00.000Z'): RateRow => ({
  code,
  micros,
  asOf: '2026-11-25',
  source: 'fixed',
  validFrom,
});

/** A database that has these rates, and counts how often it is asked; null is one that is gone. */
function database(rows: RateRow[]) {
  const state = { rows: rows as RateRow[] | null, asked: 0 };
  const sql: Sql = async <Row extends object>() => {
    state.asked += 1;
    if (state.rows === null) throw new Error('gone');
    return state.rows as object[] as Row[];
  };
  return { sql, state };
}

beforeEach(() => {
  forgetPerProcess('exchange-rates');
  vi.useFakeTimers({ now: began, toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());

test('US dollars need no statement', async () => {
  const { sql, state } = database([]);
  expect(await exchangeInto(sql, 'USD')).toEqual({ currency: 'USD', micros: 1_000_000n });
  expect(state.asked).toBe(0);
});

test('all who ask within half a minute share one statement', async () => {
  const { sql, state } = database([row('EUR', 921_400), row('JPY', 151_820_000)]);
  await Promise.all([exchangeInto(sql, 'EUR'), exchangeInto(sql, 'JPY'), exchangeInto(sql, 'EUR')]);
  vi.setSystemTime(began + 29_999);
  expect(await exchangeInto(sql, 'EUR')).toEqual({ currency: 'EUR', micros: 921_400n });
  expect(state.asked).toBe(1);
  vi.setSystemTime(began + 30_000);
  await exchangeInto(sql, 'EUR');
  expect(state.asked).toBe(2);
});

test('new rates count from their instant on, without being read again', async () => {
  const { sql, state } = database([row('EUR', 921_400), row('EUR', 930_000, new Date(began + 10_000).toISOString())]);
  expect((await exchangeInto(sql, 'EUR')).micros).toBe(921_400n);
  vi.setSystemTime(began + 9_999);
  expect((await exchangeInto(sql, 'EUR')).micros).toBe(921_400n);
  vi.setSystemTime(began + 10_000);
  expect((await exchangeInto(sql, 'EUR')).micros).toBe(930_000n);
  expect(state.asked).toBe(1);
});

test('while the database is gone the last rates go on, and it is asked every five seconds', async () => {
  const { sql, state } = database([row('EUR', 921_400)]);
  await exchangeInto(sql, 'EUR');
  state.rows = null;
  for (const after of [30_000, 31_000, 34_999]) {
    vi.setSystemTime(began + after);
    expect((await exchangeInto(sql, 'EUR')).micros).toBe(921_400n);
  }
  expect(state.asked).toBe(2);
  state.rows = [row('EUR', 930_000)];
  vi.setSystemTime(began + 35_000);
  expect((await exchangeInto(sql, 'EUR')).micros).toBe(930_000n);
});

test('a process that never read any says so, and tries again at once', async () => {
  const { sql, state } = database([]);
  state.rows = null;
  await expect(exchangeInto(sql, 'EUR')).rejects.toThrow('gone');
  state.rows = [row('EUR', 921_400)];
  expect((await exchangeInto(sql, 'EUR')).micros).toBe(921_400n);
  await expect(exchangeInto(sql, 'CHF')).rejects.toThrow('There is no exchange rate for CHF');
});

test('currencies come in the order in which Kelvo lists them', async () => {
  const { sql } = database([row('CNY', 7_118_600), row('EUR', 921_400), row('USD', 1_000_000)]);
  expect([...(await ratesNow(sql)).keys()]).toEqual(['USD', 'EUR', 'CNY']);
});
