import { baseFilter } from '#functions/catalog/lib/list-products.ts';
import { productOf } from '#functions/catalog/lib/products.pg.ts';
import { type Exchange, priceIn } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import type { SearchHit, SearchPage, searchRoute } from './contract.ts';
import { type HitRow, hitOrder, selectFacets, selectHits } from './hits.pg.ts';

/** Products whose name or description hold the words, with facets to narrow the search by. */
export async function searchProducts(sql: Sql, query: Query<typeof searchRoute>): Promise<SearchPage> {
  const { q, limit, cursor, skip, sort, ...filters } = query;
  const exchange = await exchangeInto(sql, filters.currency);
  const filter = baseFilter(filters, exchange);
  const page = await listPage(
    { limit, cursor, skip },
    {
      order: hitOrder[sort],
      filters: { q, ...filters },
      select: (slice) => selectHits(sql, q, filter, slice),
      sortValue: (row) => row.sort_value,
      itemOf: (row) => hitOf(row, exchange),
    },
  );
  const facets = await selectFacets(sql, q, filter);
  return {
    ...page,
    total: facets.total,
    facets: {
      categories: facets.categories,
      price: facets.min === null || facets.max === null ? null : { min: priceIn(facets.min, exchange), max: priceIn(facets.max, exchange) },
    },
  };
}

function hitOf(row: HitRow, exchange: Exchange): SearchHit {
  const { marked_name: name, marked_description: description } = row;
  return {
    ...productOf(row, exchange),
    highlights: { ...(name.includes('<mark>') ? { name } : {}), ...(description.includes('<mark>') ? { description } : {}) },
  };
}
