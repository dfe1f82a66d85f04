import type { Sql } from '#platform/db/sql.ts';
import type { Sales } from './contract.ts';
import { selectTotals } from './sales.pg.ts';
import { type SalesRange, stepStarts } from './sales-steps.ts';
import { salesOf, totalsByStart } from './sales-totals.ts';

/**
 * What was sold in each step of a range, the one under way included: totals are as new as the last batch of events, a second or two
 * (and as the read replica, where one is asked). The cost depends on the number of steps alone, not on how many orders there are.
 */
export async function readSales(sql: Sql, range: SalesRange): Promise<Sales[]> {
  const starts = stepStarts(range);
  const rows = await selectTotals(sql, range.step, starts);
  const byStart = totalsByStart(rows);
  return starts.map((start) => salesOf(start.toISOString(), byStart.get(start.toISOString())));
}
