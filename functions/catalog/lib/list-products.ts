import { leastCentsShowing } from '#functions/currency/lib/convert.ts';
import { decodeCursor, encodeCursor, pageOf } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import type { listProductsRoute } from './contract.ts';
import { type ProductFilter, productOf, productOrder, selectProducts } from './products.pg.ts';

/** A page of products as the query asks for them. */
export async function listProducts(sql: Sql, query: Query<typeof listProductsRoute>): Promise<AnswerOf<typeof listProductsRoute>> {
  const { limit, cursor, skip = 0, sort, ...filters } = query;
  const rows = await selectProducts(sql, {
    filter: baseFilter(filters),
    sort,
    after: cursor === undefined ? undefined : decodeCursor(cursor, sort, filters, [productOrder[sort].cast]),
    skip,
    limit: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    (row) => productOf(row, filters.currency),
    (last) => encodeCursor(sort, { values: [last.sort_value], id: last.id }, filters),
  );
}

/** A query's filter in terms of base prices: its bounds are in the currency that prices are shown in. */
export function baseFilter(filters: {
  category?: string | undefined;
  minPrice?: number | undefined;
  maxPrice?: number | undefined;
  currency: Currency;
}): ProductFilter {
  const { category, minPrice, maxPrice, currency } = filters;
  return {
    category,
    minCents: minPrice === undefined ? undefined : leastCentsShowing(minPrice, currency),
    maxCents: maxPrice === undefined ? undefined : leastCentsShowing(maxPrice + 1, currency) - 1,
  };
}
