import { filterClause, type ProductFilter } from '#functions/catalog/lib/products.pg.ts';
import type { Place } from '#platform/db/cursor.ts';
import { keyset } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import { hitColumns } from './found-products.pg.ts';
import { hitOrder, type Level, levelColumn, levelOf, narrowed, relevance, walkOrder } from './match.pg.ts';
import type { ByLevel, PlacedRow, Search } from './survey.pg.ts';

/** How many hits there are about, and products. */
export interface Estimate {
  /** Before the filter. */
  hits: ByLevel;
  /** After it. */
  wanted: ByLevel;
  products: number;
}

/**
 * Where a part of the order is read. By relevance a part is a level; any other order is one part, all hits.
 *  - `look`: all of its hits are looked up by their words, and sorted.
 *  - `walk`: products are passed along the index that has the order, until enough of them are hits. Never more than `bound`: where the walk had no luck
 *    (all hits are unpopular), it gives up, and they are looked at.
 */
interface Part {
  level: Level | null;
  way: 'look' | 'walk';
  bound: number;
  /** Whether it ends where its walk gives up, since there are too many to look at for the few that are hits of its level. */
  ends: boolean;
}

/** A walk gives up when it has passed twice as many products as it should have, and half as many as a look is at. Never before so many. */
const leastBound = 2_000;

/**
 * For the few hits of a level, no more products than this are looked at: instead so many are passed, and there the level ends. Only a cursor that was made up
 * or kept leads there, or a deep skip among many millions: who pages meets all the hits of the levels above before.
 */
const mostLooked = 100_000;
const mostPassed = 50_000;

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

/**
 * The cheaper way to the next hits of a part. A look is at what the indexes leave over: by category and tag, which are words, and by prices, whose
 * index is put together with that of the words, at no more than those wanted.
 */
function partOf(level: Level | null, { category, tag, minCents, maxCents }: ProductFilter, estimate: Estimate, needed: number): Part {
  const { hits, wanted, products } = estimate;
  const found = (category ?? tag ?? minCents ?? maxCents) === undefined ? hits : wanted;
  const looked = level === null ? sum(found) : sum(found.slice(level - 1));
  const met = level === null ? sum(wanted) : (wanted[level - 1] ?? 0);
  const walked = (needed * products) / Math.max(met, 1);
  const ends = level !== null && walked >= looked && looked > mostLooked;
  return {
    level,
    way: ends || walked < looked ? 'walk' : 'look',
    bound: ends ? mostPassed : Math.max(leastBound, Math.ceil(looked / 2), Math.ceil(2 * walked)),
    ends,
  };
}

/** The page of a question with many hits, part after part of the order until it is full. Most pages are one statement. */
export async function readPage(sql: Sql, search: Search, estimate: Estimate): Promise<PlacedRow[]> {
  const { sort, after } = search;
  const from = after === undefined || sort !== 'relevance' ? 3 : levelOf(Number(after.values[0])).level;
  const levels: (Level | null)[] = sort === 'relevance' ? ([3, 2, 1] as const).filter((level) => level <= from) : [null];
  let { skip, limit } = search;
  const rows: PlacedRow[] = [];
  while (limit > 0 && levels.length > 0) {
    // All up to the first that is walked: what comes after a walk is right only if the walk came to its end.
    const parts: Part[] = [];
    for (const level of levels) {
      const part = partOf(level, search.filter, estimate, skip + limit);
      parts.push(part);
      if (part.way === 'walk') break;
    }
    let read = await selectParts(sql, { ...search, skip, limit }, parts);
    const last = parts.at(-1);
    if (last && !last.ends && read.passed === last.bound) {
      last.way = 'look';
      read = await selectParts(sql, { ...search, skip, limit }, parts);
    }
    rows.push(...read.rows);
    limit -= read.rows.length;
    skip = Math.max(0, skip - read.met);
    levels.splice(0, parts.length);
  }
  return rows;
}

/** The page of a question of whose many hits a filter leaves few: all that are left are looked at. @returns with their number */
export async function readFew(
  sql: Sql,
  { tsquery, filter, sort, after, skip, limit }: Search,
): Promise<{ rows: PlacedRow[]; total: number }> {
  const values: unknown[] = [tsquery];
  const { column, type, direction } = hitOrder[sort];
  const hit = `p.w_all @@ ${narrowed(filter, values)} and ${filterClause(filter, values)}`;
  const page = keyset({ order: { sort, column: 'place', type, direction, id: 'id' }, after, skip, limit }, values);
  const rows = await sql<PlacedRow & { total: number }>(
    `with found as materialized (select p.id, ${column} as place from products p where ${hit}),
     page as materialized (
       select *, row_number() over (order by ${page.orderBy}) as position from found where ${page.where} order by ${page.orderBy} ${page.limit})
     select counts.total, ${hitColumns('$1')}, page.place
       from (select count(*)::integer as total from found) counts
       left join (page join products p on p.id = page.id left join categories c on c.id = p.category_id) on true
      order by page.position`,
    values,
  );
  return { rows: rows.filter(({ id }) => id !== null), total: rows[0]?.total ?? 0 };
}

interface PartsRead {
  rows: PlacedRow[];
  /** Hits that were met, skipped ones included. */
  met: number;
  /** Products that the walk passed; null if it met enough, or there was none. */
  passed: number | null;
}

async function selectParts(sql: Sql, search: Search, parts: readonly Part[]): Promise<PartsRead> {
  const { tsquery, skip, limit } = search;
  const values: unknown[] = [tsquery];
  const sources = parts.map((part, i) => sourceOf(search, part, `part_${i}`, values));
  const most = `$${values.push(skip + limit)}`;
  const passed = parts.at(-1)?.way === 'walk' ? `(select count(*) from part_${parts.length - 1})::integer` : 'null::integer';
  const rows = await sql<PlacedRow & Omit<PartsRead, 'rows'>>(
    `with ${sources.map(({ cte }) => cte).join(',\n     ')},
     page as materialized (
       select *, row_number() over () as position from (${sources.map(({ hits }) => `select * from (${hits}) part`).join(' union all ')} limit ${most}) hits),
     read as (select (select count(*) from page)::integer as met, case when (select count(*) from page) < ${most} then ${passed} end as passed)
     select read.*, ${hitColumns('$1')}, page.place
       from read left join (page join products p on p.id = page.id left join categories c on c.id = p.category_id) on page.position > $${values.push(skip)}
      order by page.position`,
    values,
  );
  return { rows: rows.filter(({ id }) => id !== null), met: rows[0]?.met ?? 0, passed: rows[0]?.passed ?? null };
}

/** A part of the order as SQL: what is passed or looked at (a part of the statement that is read only as far as it is needed), and the hits in it. */
function sourceOf(
  { tsquery, filter, sort, after, skip, limit }: Search,
  part: Part,
  name: string,
  values: unknown[],
): { cte: string; hits: string } {
  const { level, way, bound } = part;
  const order = walkOrder(sort);
  const page = keyset({ order, after: level === null ? after : afterIn(level, after), skip: 0, limit: skip + limit }, values);
  const place = level === null ? order.column : relevance(String(level));
  const hit = hitAt(level, tsquery, narrowed(filter, values));
  if (way === 'look') {
    return {
      cte: `${name} as materialized (select p.id, ${place} as place from products p where ${hit} and ${filterClause(filter, values)} and ${page.where})`,
      hits: `select id, place from ${name} order by place ${order.direction}, id ${order.direction} ${page.limit}`,
    };
  }
  // What the index answers narrows the walk; all else is looked at on the way, so that the bound counts every product that is passed.
  const { category, minCents, maxCents, ...others } = filter;
  const byPrice = order.column === 'p.price_amount';
  const along = filterClause({ category, ...(byPrice && { minCents, maxCents }) }, values);
  const aside = filterClause({ ...others, ...(!byPrice && { minCents, maxCents }) }, values);
  return {
    cte: `${name} as materialized (
       select p.id, ${place} as place, (${hit} and ${aside}) as hit from products p
        where ${along} and ${page.where} order by ${page.orderBy} limit ${bound})`,
    hits: `select id, place from ${name} where hit ${page.limit}`,
  };
}

/** Where a level begins: behind the page before, if that ended in it. */
function afterIn(level: Level, after: Place | undefined): Place | undefined {
  if (!after) return undefined;
  const { level: reached, popularity } = levelOf(Number(after.values[0]));
  return reached === level ? { values: [popularity], id: after.id } : undefined;
}

/** Whether a product is a hit of a level. What has the words in its name has them anywhere, unless some are to be left out. */
function hitAt(level: Level | null, tsquery: string, narrowedQuery: string): string {
  const anywhere = `p.w_all @@ ${narrowedQuery}`;
  if (level === null) return anywhere;
  const at = `${levelColumn[level]} @@ $1::tsquery`;
  const all = level === 1 || (narrowedQuery === '($1::tsquery)' && !tsquery.includes('!')) ? [level === 1 ? anywhere : at] : [at, anywhere];
  return [...all, ...(level === 3 ? [] : [`not ${levelColumn[(level + 1) as Level]} @@ $1::tsquery`])].join(' and ');
}
