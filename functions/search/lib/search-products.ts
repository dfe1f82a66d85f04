import { baseFilter } from '#functions/catalog/lib/list-products.ts';
import { productOf } from '#functions/catalog/lib/products.pg.ts';
import { priceIn } from '#functions/currency/lib/convert.ts';
import { decodeCursor, encodeCursor, pageOf } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import type { Currency } from '#platform/money.ts';
import type { SearchHit, SearchPage, searchRoute } from './contract.ts';
import { type HitRow, hitOrder, selectFacets, selectHits } from './hits.pg.ts';

/** Products whose name or description hold the words, with facets to narrow the search by. */
export async function searchProducts(sql: Sql, query: Query<typeof searchRoute>): Promise<SearchPage> {
  const { q, limit, cursor, skip = 0, sort, ...filters } = query;
  const { currency } = filters;
  const asked = { q, ...filters };
  const filter = baseFilter(filters);
  const after = cursor === undefined ? undefined : decodeCursor(cursor, sort, asked, [hitOrder(sort).cast]);
  const rows = await selectHits(sql, { words: q, filter, sort, after, skip, limit: limit + 1 });
  const facets = await selectFacets(sql, q, filter);
  return {
    ...pageOf(
      rows,
      limit,
      (row) => hitOf(row, currency),
      (last) => encodeCursor(sort, { values: [last.sort_value], id: last.id }, asked),
    ),
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
