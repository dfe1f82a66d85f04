import {
  afterClause,
  filterClause,
  type ProductFilter,
  type ProductRow,
  type ProductSort,
  productColumns,
  productOrder,
} from '#functions/catalog/lib/products.pg.ts';
import type { Place } from '#platform/db/cursor.ts';
import type { Sql } from '#platform/db/sql.ts';

/** A found product, its words marked, and the value it is sorted by. */
export interface HitRow extends ProductRow {
  marked_name: string;
  marked_description: string;
  sort_value: string | number;
}

export type SearchSort = 'relevance' | ProductSort;

/** How a search orders: by rank, or as the catalog does. */
export const hitOrder = (sort: SearchSort) =>
  sort === 'relevance' ? ({ column: 'ts_rank(p.document, q)::float8', direction: 'desc', cast: 'float8' } as const) : productOrder[sort];

const escaped = (column: string) => `replace(replace(replace(${column}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
/** The whole text with its words marked; of a long one the part that fits the search best, which may begin in the midst of a sentence. */
const marked = (column: string) =>
  `ts_headline('english', ${escaped(column)}, q, 'StartSel=<mark>, StopSel=</mark>, ' ||
     case when length(${column}) <= 400 then 'HighlightAll=true' else 'MaxWords=40, MinWords=20' end)`;

/** One page of hits; one more than `limit` tells that more follow. Words are marked in the page's rows only. */
export async function selectHits(
  sql: Sql,
  {
    words,
    filter,
    sort,
    after,
    skip,
    limit,
  }: { words: string; filter: ProductFilter; sort: SearchSort; after: Place | undefined; skip: number; limit: number },
): Promise<HitRow[]> {
  const { column, direction, cast } = hitOrder(sort);
  const values: unknown[] = [words];
  const where = `${filterClause(filter, values)}${afterClause(column, direction, cast, after, values)}`;
  return sql<HitRow>(
    `select page.*, ${marked('name')} as marked_name, ${marked('description')} as marked_description
       from (select ${productColumns}, ${column} as sort_value, q
               from websearch_to_tsquery('english', $1) q
               join products p on p.document @@ q
               left join categories c on c.id = p.category_id
              where ${where}
              order by ${column} ${direction}, p.id ${direction}
              limit $${values.push(limit)} offset $${values.push(skip)}) page`,
    values,
  );
}

export interface FacetRow {
  slug: string;
  name: string;
  count: number;
}

/** How many hits the filter leaves, and what all hits of the words divide into. */
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
            (select json_agg(json_build_object('slug', c.slug, 'name', c.name, 'count', counted.hits) order by counted.hits desc, c.name)
               from (select category_id, count(*)::integer as hits from found group by category_id) counted
               join categories c on c.id = counted.category_id) as categories
       from found`,
    values,
  );
  return { total: row?.total ?? 0, min: row?.min ?? null, max: row?.max ?? null, categories: row?.categories ?? [] };
}
