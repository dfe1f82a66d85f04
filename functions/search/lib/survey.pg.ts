import { filterClause, type ProductFilter } from '#functions/catalog/lib/products.pg.ts';
import type { Place } from '#platform/db/cursor.ts';
import { keyset } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type HitRow, hitColumns } from './found-products.pg.ts';
import { hitOrder, isFiltered, level, narrowed } from './match.pg.ts';
import type { Facets, SearchSort } from './product-index.ts';

export interface Search {
  /** The text of a tsquery. */
  tsquery: string;
  filter: ProductFilter;
  sort: SearchSort;
  after: Place | undefined;
  skip: number;
  limit: number;
}

export type PlacedRow = HitRow & { place: string | number };

/** Hits by level: anywhere, in name, tags or category, in the name. */
export type ByLevel = [anywhere: number, title: number, name: number];

export interface Survey {
  /** Facets and `hits` are of a sample, which holds one product in so many. Null: there are few hits, and all here is exact. */
  of: number | null;
  facets: Facets;
  /** Before the filter, in the sample. */
  hits: ByLevel;
  /** After the filter, in a sample of one product in `keptOf`; null if even the largest does not hold enough of them to tell. */
  kept: ByLevel;
  keptOf: number | null;
  /** After the filter, where `of` is null. */
  total: number;
  /** Products in the catalog, about. */
  products: number;
  /** Whether more products may be hits than were looked at, where `of` is null. */
  cut: boolean;
  /** The page, where `of` is null. */
  rows: PlacedRow[];
}

/** Samples of the catalog: one product in so many, chosen by its random id, each with an index of its own. */
const samples = [1024, 128, 16] as const;
/** The smallest sample that holds so many hits tells enough. If none does there are about 1,600 hits at most: all are looked at. */
const enough = 100;

/**
 * Parts of a statement that ask the samples one after the other until one holds enough hits, and the last part, by the given name: the rows of that
 * one. A part that was skipped counts 0 rows, so each looks at all smaller ones: else the third would run when the first was enough.
 */
function sampled(name: string, condition: string): string {
  const counted = (of: number) => `(select count(*) from ${name}_${of})`;
  const each = samples.map((of, i) => {
    const stillNeeded = samples.slice(0, i).map((smaller) => ` and ${counted(smaller)} < ${enough}`);
    return `${name}_${of} as materialized (
       select p.category_id, p.price_amount, p.stock > 0 as in_stock, p.tags, ${level} as level
         from products p where ${condition} and p.sample < ${1024 / of}${stillNeeded.join('')})`;
  });
  const chosen = samples.map((of) => `select *, ${of} as of from ${name}_${of} where ${counted(of)} >= ${enough}`);
  return [...each, `${name} as materialized (${chosen.join(' union all ')})`].join(',\n     ');
}

const byLevel = (rows: string) =>
  `(select array[count(*) filter (where level = 1), count(*) filter (where level = 2), count(*) filter (where level = 3)]::integer[] from ${rows})`;

/** Most hits first, of equally many by slug or tag: by name they would need collation `names`, for which a new connection loads ICU, 4 ms of a cold start. */
const facets = `json_build_object(
  'categories', (select coalesce(json_agg(json_build_object('slug', c.slug, 'name', c.name, 'count', counted.hits) order by counted.hits desc, c.slug), '[]')
                   from (select category_id, count(*) as hits from found group by category_id) counted join categories c on c.id = counted.category_id),
  'tags', (select coalesce(json_agg(json_build_object('tag', tag, 'count', hits) order by hits desc, tag), '[]')
             from (select tag, count(*) as hits from found, unnest(tags) tag group by tag order by hits desc, tag limit 20) counted),
  'min', min(price_amount), 'max', max(price_amount), 'inStock', count(*) filter (where in_stock))`;

/**
 * Whether words stand beside each other, and whether a hit has a word to be left out, is told by the products themselves: of very many that have the
 * words and that hardly ever are hits, no more than this many are asked. Some hits may be missed then, and the answer says that it is an estimate.
 */
const mostAsked = 10_000;

/** Products among which few hits are: those with all words somewhere; where that alone does not make them hits, up to the bound. */
function mayBe(tsquery: string, values: unknown[]): { from: string; bound: string } {
  if (!/[<!]/.test(tsquery)) return { from: 'p.w_all @@ $1::tsquery', bound: '' };
  // What is left out comes last (`questionsOf`): who is not to have a phrase may have its words.
  const apart = tsquery.replace(/ & !.*$/s, '').replaceAll(/<(?:-|\d+)>/g, '&');
  return { from: `p.w_all @@ $${values.push(apart)}::tsquery`, bound: `limit ${mostAsked}` };
}

/**
 * One statement: how many hits a question has, and of which kind, by the smallest sample that tells; where none does, exactly, and with the page.
 * What a filter leaves has a sample of its own: of a rare part of a frequent word's hits, the word's sample would know too little.
 */
export async function survey(sql: Sql, { tsquery, filter, sort, after, skip, limit }: Search): Promise<Survey> {
  const values: unknown[] = [tsquery];
  const wanted = filterClause(filter, values);
  const kept = isFiltered(filter)
    ? sampled('kept', `p.w_all @@ ${narrowed(filter, values)} and ${wanted}`)
    : 'kept as (select * from seen)';
  const { column, type, direction } = hitOrder[sort];
  const { from, bound } = mayBe(tsquery, values);
  const page = keyset({ order: { sort, column: 'place', type, direction, id: 'id' }, after, skip, limit }, values);
  const rows = await sql<PlacedRow & Omit<Survey, 'rows'>>(
    `with ${sampled('seen', 'p.w_all @@ $1::tsquery and p.archived_at is null')},
     ${kept},
     asked as materialized (
       select p.id, p.category_id, p.price_amount, p.stock > 0 as in_stock, p.tags, ${level} as level, (${wanted}) as wanted, ${column} as place,
              p.w_all @@ $1::tsquery as hit
         from products p where ${from} and p.archived_at is null and not exists (select from seen) ${bound}),
     few as materialized (select * from asked where hit),
     found as materialized (
       select category_id, price_amount, in_stock, tags, level from seen
       union all select category_id, price_amount, in_stock, tags, level from few),
     page as materialized (
       select id, place, row_number() over (order by ${page.orderBy}) as position from few
        where wanted and ${page.where} order by ${page.orderBy} ${page.limit}),
     counts as (
       select (select max(of) from seen) as of, ${facets} as facets, ${byLevel('found')} as hits, ${byLevel('kept')} as kept,
              (select max(of) from kept) as "keptOf", (select count(*)::integer from few where wanted) as total,
              (select count(*) from asked) = ${mostAsked} as cut,
              (select greatest(reltuples, 0)::bigint from pg_class where oid = 'public.products'::regclass) as products
         from found)
     select counts.*, ${hitColumns('$1')}, page.place
       from counts left join (page join products p on p.id = page.id left join categories c on c.id = p.category_id) on true
      order by page.position`,
    values,
  );
  const [counts] = rows;
  if (!counts) throw new Error('an aggregate gives a row');
  return { ...counts, rows: rows.filter(({ id }) => id !== null) };
}
