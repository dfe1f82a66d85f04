import { baseFilter } from '#functions/catalog/lib/list-products.ts';
import { productOf } from '#functions/catalog/lib/products.pg.ts';
import { priceIn } from '#functions/currency/lib/convert.ts';
import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import type { SearchHit, SearchPage, searchRoute } from './contract.ts';
import { type HitRow, hitOrder, selectFacets, selectHits } from './hits.pg.ts';

/** Products whose name or description hold the words, with facets to narrow the search by. */
export async function searchProducts(sql: Sql, query: Query<typeof searchRoute>): Promise<SearchPage> {
  const { q, limit, cursor, skip, sort, ...filters } = query;
  const { currency } = filters;
  const filter = baseFilter(filters);
  const page = await listPage(
    { limit, cursor, skip },
    {
      order: hitOrder[sort],
      filters: { q, ...filters },
      select: (slice) => selectHits(sql, q, filter, slice),
      sortValue: (row) => row.sort_value,
      itemOf: (row) => hitOf(row, currency),
    },
  );
  const facets = await selectFacets(sql, q, filter);
  return {
    ...page,
    total: facets.total,
    facets: {
      categories: facets.categories,
      price: facets.min === null || facets.max === null ? null : { min: priceIn(facets.min, currency), max: priceIn(facets.max, currency) },
    },
  };
}

function hitOf(row: HitRow, currency: Currency): SearchHit {
  const { marked_name: name, marked_description: description } = row;
  return {
    ...productOf(row, currency),
    highlights: { ...(name.includes('<mark>') ? { name } : {}), ...(description.includes('<mark>') ? { description } : {}) },
  };
}
