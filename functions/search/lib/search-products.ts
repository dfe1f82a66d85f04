import { baseFilter } from '#functions/catalog/lib/list-products.ts';
import { productOf } from '#functions/catalog/lib/products.pg.ts';
import { type Exchange, priceIn } from '#functions/currency/lib/convert.ts';
import { exchangeInto } from '#functions/currency/lib/exchange-into.ts';
import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Query } from '#platform/http/contract.ts';
import { productIndex } from './chosen-index.ts';
import type { SearchHit, SearchPage, searchRoute } from './contract.ts';
import { type HitRow, selectFoundProducts } from './found-products.pg.ts';
import { hitOrder } from './match.pg.ts';
import type { Found } from './product-index.ts';

/** Products whose name, tags, category or description hold the words, with facets to narrow the search by. */
export async function searchProducts(sql: Sql, query: Query<typeof searchRoute>): Promise<SearchPage> {
  const { q, limit, cursor, skip, sort, ...asked } = query;
  const { currency, tag, inStock, exact } = asked;
  const exchange = await exchangeInto(sql, currency);
  const filter = { ...baseFilter(asked, exchange), tag, inStock };
  let answer: Found | undefined;
  const { items: hits, nextCursor } = await listPage(
    { limit, cursor, skip },
    {
      order: hitOrder[sort],
      filters: { q, ...asked },
      select: async ({ after, skip, limit }) => {
        answer = await productIndex.find(sql, { q, exact, filter, sort, after, skip, limit });
        return answer.hits;
      },
      sortValue: (hit) => hit.place,
      itemOf: (hit) => hit,
    },
  );
  if (!answer) throw new Error('the index was asked');
  const { total, approximate, searched, marks, facets } = answer;
  const ids = hits.map(({ id }) => id);
  const rows = new Map((answer.rows ?? (await selectFoundProducts(sql, ids, marks, filter))).map((row) => [row.id, row]));
  return {
    items: ids.flatMap((id) => {
      const row = rows.get(id);
      return row ? [hitOf(row, exchange)] : []; // what is no longer sold is left out
    }),
    nextCursor,
    total,
    approximate,
    searched,
    facets: {
      categories: facets.categories,
      tags: facets.tags,
      price: facets.min === null || facets.max === null ? null : { min: priceIn(facets.min, exchange), max: priceIn(facets.max, exchange) },
      inStock: facets.inStock,
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
