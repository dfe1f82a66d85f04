import {
  filterClause,
  type ProductFilter,
  type ProductRow,
  type ProductSort,
  productColumns,
  productOrder,
} from '#functions/catalog/lib/products.pg.ts';
import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';

/** A found product, its words marked, and the value it is sorted by. */
export interface HitRow extends ProductRow {
  marked_name: string;
  marked_description: string;
  sort_value: string | number;
}

export type SearchSort = 'relevance' | ProductSort;

/** How a search orders: by rank, or as the catalog does. */
export const hitOrder: Record<SearchSort, ListOrder> = {
  ...productOrder,
  relevance: { sort: 'relevance', column: 'ts_rank(p.document, q)::float8', type: 'float8', direction: 'desc', id: 'p.id' },
};

const escaped = (column: string) => `replace(replace(replace(${column}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
/** The text with the found words marked; of a long text, the fragment that matches best, which may begin in the middle of a sentence. */
const marked = (column: string) =>
  `ts_headline('english', ${escaped(column)}, q, 'StartSel=<mark>, StopSel=</mark>, ' ||
     case when length(${column}) <= 400 then 'HighlightAll=true' else 'MaxWords=40, MinWords=20' end)`;

/** A slice of the hits. Words are marked in the slice's rows only. */
export async function selectHits(sql: Sql, words: string, filter: ProductFilter, slice: Slice): Promise<HitRow[]> {
  const values: unknown[] = [words];
  const wanted = filterClause(filter, values);
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<HitRow>(
    `select page.*, ${marked('name')} as marked_name, ${marked('description')} as marked_description
       from (select ${productColumns}, ${slice.order.column} as sort_value, q
               from websearch_to_tsquery('english', $1) q
               join products p on p.document @@ q
               left join categories c on c.id = p.category_id
              where ${wanted} and ${where}
              order by ${orderBy} ${limit}) page`,
    values,
  );
}

export interface FacetRow {
  slug: string;
  name: string;
  count: number;
}

/**
 * The number of hits after the filter, and the facets of all hits before it: categories with most hits first, of equally many by slug. By name
 * they would need collation `names`, for which a new connection loads ICU: 4 ms of a cold start.
 */
export async function selectFacets(
  sql: Sql,
  words: string,
  filter: ProductFilter,
): Promise<{ total: number; min: number | null; max: number | null; categories: FacetRow[] }> {
  const values: unknown[] = [words];
  const [row] = await sql<{ total: number; min: number | null; max: number | null; categories: FacetRow[] | null }>(
    `with found as materialized (
       select p.category_id, p.price_amount, (${filterClause(filter, values)}) as wanted
         from products p, websearch_to_tsquery('english', $1) q
        where p.document @@ q and p.archived_at is null)
     select count(*) filter (where wanted)::integer as total, min(price_amount) as min, max(price_amount) as max,
            (select json_agg(json_build_object('slug', c.slug, 'name', c.name, 'count', counted.hits) order by counted.hits desc, c.slug)
               from (select category_id, count(*)::integer as hits from found group by category_id) counted
               join categories c on c.id = counted.category_id) as categories
       from found`,
    values,
  );
  return { total: row?.total ?? 0, min: row?.min ?? null, max: row?.max ?? null, categories: row?.categories ?? [] };
}
