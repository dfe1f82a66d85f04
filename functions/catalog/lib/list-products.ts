import { leastCentsShowing } from '#functions/currency/lib/convert.ts';
import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import type { listProductsRoute } from './contract.ts';
import { type ProductFilter, productOf, productOrder, selectProducts } from './products.pg.ts';

/** A page of products as the query asks for them. */
export function listProducts(sql: Sql, query: Query<typeof listProductsRoute>): Promise<AnswerOf<typeof listProductsRoute>> {
  const { limit, cursor, skip, sort, ...filters } = query;
  return listPage(
    { limit, cursor, skip },
    {
      order: productOrder[sort],
      filters,
      select: (slice) => selectProducts(sql, baseFilter(filters), slice),
      sortValue: (row) => row.sort_value,
      itemOf: (row) => productOf(row, filters.currency),
    },
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
