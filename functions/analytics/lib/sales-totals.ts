import type { Currency, Money } from '#platform/money.ts';
import type { Sales } from './contract.ts';

/** A row of `sales_totals`: what was sold in a step in one currency. The steps' buyers are the sum over the currencies. */
export interface Total {
  /** ISO 8601 */
  start: string;
  currency: Currency;
  paid: number;
  buyers: number;
  revenue: number;
  refunded: number;
}

/** The totals of each step. */
export function totalsByStart(rows: readonly Total[]): Map<string, Total[]> {
  const byStart = new Map<string, Total[]>();
  for (const row of rows) byStart.set(row.start, [...(byStart.get(row.start) ?? []), row]);
  return byStart;
}

/** A step's totals, put together. */
export function salesOf(start: string, totals: readonly Total[] = []): Sales {
  const sum = (of: 'paid' | 'buyers') => totals.reduce((all, total) => all + total[of], 0);
  return {
    start,
    orders: sum('paid'),
    buyers: sum('buyers'),
    revenue: moneyOf(totals, 'revenue'),
    refunded: moneyOf(totals, 'refunded'),
  };
}

const moneyOf = (totals: readonly Total[], of: 'revenue' | 'refunded'): Money[] =>
  totals.filter((total) => total[of] > 0).map((total) => ({ amount: total[of], currency: total.currency }));
