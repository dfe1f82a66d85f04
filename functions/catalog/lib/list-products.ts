import { type Exchange, leastCentsShowing } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { listProductsRoute } from './contract.ts';
import { type ProductFilter, productOf, productOrder, selectProducts } from './products.pg.ts';

/** A page of products as the query asks for them. */
export async function listProducts(sql: Sql, query: Query<typeof listProductsRoute>): Promise<AnswerOf<typeof listProductsRoute>> {
  const { limit, cursor, skip, sort, ...filters } = query;
  const exchange = await exchangeInto(sql, filters.currency);
  return listPage(
    { limit, cursor, skip },
    {
      order: productOrder[sort],
      filters,
      select: (slice) => selectProducts(sql, baseFilter(filters, exchange), slice),
      sortValue: (row) => row.sort_value,
      itemOf: (row) => productOf(row, exchange),
    },
  );
}

/** A query's filter in terms of base prices: its bounds are in the currency that prices are shown in. */
export function baseFilter(
  { category, minPrice, maxPrice }: { category?: string | undefined; minPrice?: number | undefined; maxPrice?: number | undefined },
  exchange: Exchange,
): ProductFilter {
  return {
    category,
    minCents: minPrice === undefined ? undefined : leastCentsShowing(minPrice, exchange),
    maxCents: maxPrice === undefined ? undefined : leastCentsShowing(maxPrice + 1, exchange) - 1,
  };
}
