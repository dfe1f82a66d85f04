import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { readAdReportRoute } from './contract.ts';
import { selectFigures } from './figures.pg.ts';

const dayMs = 86_400_000;

/** What was counted of ads on the days that a time touches. A click-through rate has four decimals. */
export async function readReport(sql: Sql, { from, to }: Query<typeof readAdReportRoute>): Promise<AnswerOf<typeof readAdReportRoute>> {
  const begin = new Date(Math.floor(Date.parse(from) / dayMs) * dayMs);
  const until = new Date(Math.ceil(Date.parse(to) / dayMs) * dayMs);
  const figures = await selectFigures(sql, begin, until);
  return { items: figures.map((each) => ({ ...each, clickThrough: rateOf(each) })) };
}

const rateOf = ({ impressions, clicks }: { impressions: number; clicks: number }): number | null =>
  impressions === 0 ? null : Math.round((clicks / impressions) * 10_000) / 10_000;
