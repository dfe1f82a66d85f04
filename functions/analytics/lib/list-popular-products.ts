import { productOf } from '#functions/catalog/lib/products.pg.ts';
import { usDollars } from '#functions/currency/lib/convert.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listPopularProductsRoute, popularPeriods } from './contract.ts';
import { selectBestsellers } from './product-sales.pg.ts';

const days: Record<(typeof popularPeriods)[number], number> = { day: 1, week: 7, month: 30 };

/** What sold best: today so far, or on the last 7 or 30 days with today, in UTC. Prices are today's, in US dollars; revenue is what was paid. */
export async function listPopularProducts(
  sql: Sql,
  { period, limit }: Query<typeof listPopularProductsRoute>,
  now: Date,
): Promise<AnswerOf<typeof listPopularProductsRoute>> {
  const rows = await selectBestsellers(sql, { days: days[period], limit, now });
  return { items: rows.map((row) => ({ product: productOf(row, usDollars), pieces: row.pieces, revenue: row.revenue })) };
}
