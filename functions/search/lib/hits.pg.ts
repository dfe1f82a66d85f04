import { filterClause, type ProductFilter, productOrder } from '#functions/catalog/lib/products.pg.ts';
import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type HitRow, hitColumns } from './found-products.pg.ts';
import type { Facets, SearchSort } from './product-index.ts';

/**
 * How a search orders: by relevance, or as the catalog does. Relevance is where the words stand (3: in the name; 2: in name, tags or category;
 * 1: anywhere), then popularity: one number, so that a cursor holds one.
 */
export const hitOrder: Record<SearchSort, ListOrder> = {
  ...productOrder,
  relevance: {
    sort: 'relevance',
    column: '(case when p.w_name @@ q then 3 when p.w_title @@ q then 2 else 1 end * 4294967296 + p.popularity)',
    type: 'bigint',
    direction: 'desc',
    id: 'p.id',
  },
};

/** The words as a tsquery's text. */
export async function readQuestion(sql: Sql, words: string): Promise<string> {
  const [row] = await sql<{ question: string }>(`select websearch_to_tsquery('pg_catalog.english', shop_fold($1))::text as question`, [
    words,
  ]);
  return row?.question ?? '';
}

/** A slice of the hits. */
export async function selectHits(
  sql: Sql,
  question: string,
  filter: ProductFilter,
  slice: Slice,
): Promise<(HitRow & { place: string | number })[]> {
  const values: unknown[] = [question];
  const wanted = filterClause(filter, values);
  const { where, orderBy, limit } = keyset(slice, values);
  return sql(
    `select ${hitColumns('$1')}, page.place
       from (select p.id, ${slice.order.column} as place, row_number() over (order by ${orderBy}) as position
               from products p cross join (select $1::tsquery as q) asked
              where p.w_all @@ q and ${wanted} and ${where}
              order by ${orderBy} ${limit}) page
       join products p on p.id = page.id left join categories c on c.id = p.category_id
      order by page.position`,
    values,
  );
}

/** The number of hits after the filter, and the facets of all hits before it: what most hits have first, of equally many by name. */
export async function selectFacets(sql: Sql, question: string, filter: ProductFilter): Promise<Facets & { total: number }> {
  const values: unknown[] = [question];
  const [row] = await sql<Facets & { total: number }>(
    `with found as materialized (
       select p.category_id, p.price_amount, p.tags, p.stock > 0 as in_stock, (${filterClause(filter, values)}) as wanted
         from products p where p.w_all @@ $1::tsquery and p.archived_at is null)
     select count(*) filter (where wanted)::integer as total, min(price_amount) as min, max(price_amount) as max,
            count(*) filter (where in_stock)::integer as "inStock",
            (select coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'count', counted.hits) order by counted.hits desc, c.slug), '[]')
               from (select category_id, count(*)::integer as hits from found group by category_id) counted
               join categories c on c.id = counted.category_id) as categories,
            (select coalesce(json_agg(json_build_object('tag', tag, 'count', hits) order by hits desc, tag), '[]')
               from (select tag, count(*)::integer as hits from found, unnest(tags) tag group by tag order by hits desc, tag limit 20) counted) as tags
       from found`,
    values,
  );
  return row ?? { total: 0, min: null, max: null, inStock: 0, categories: [], tags: [] };
}
