import type { Sql } from '#platform/db/sql.ts';
import { askUntilFound } from './ask-until-found.ts';
import { isFiltered } from './match.pg.ts';
import { readFew, readPage } from './page.pg.ts';
import type { Facets, Found, ProductIndex } from './product-index.ts';
import { selectSuggestions } from './suggestions.pg.ts';
import { type ByLevel, type PlacedRow, type Search, type Survey, survey } from './survey.pg.ts';

/**
 * Products found by PostgreSQL itself, for most words by two statements: what the catalog knows of the words, then counts, facets and page. Where
 * there are many hits the page is a third. A question that finds nothing costs one, and the next is asked.
 */
export const postgresIndex: ProductIndex = {
  find: (sql, { q, exact, ...asked }) =>
    askUntilFound(sql, { q, exact }, async (tsquery) => {
      const search = { ...asked, tsquery };
      const seen = await survey(sql, search);
      if (!seen.cut && seen.hits.every((count) => count === 0)) return undefined;
      const { rows, ...counts } = seen.of === null ? exactly(seen) : await estimated(sql, search, seen, seen.of);
      return { hits: rows.map(({ id, place }) => ({ id, place })), rows, ...counts };
    }),
  suggest: selectSuggestions,
};

type Counted = Pick<Found, 'total' | 'approximate' | 'facets'> & { rows: PlacedRow[] };

const exactly = ({ rows, total, cut, facets }: Survey): Counted => ({ rows, total, approximate: cut, facets });

async function estimated(sql: Sql, search: Search, { hits, kept, keptOf, facets, products }: Survey, of: number): Promise<Counted> {
  const counts = { approximate: true, facets: scaled(facets, of) };
  if (keptOf === null && isFiltered(search.filter)) return { ...counts, ...(await readFew(sql, search)) };
  const wanted = times(kept, keptOf ?? of);
  const rows = await readPage(sql, search, { hits: times(hits, of), wanted, products });
  return { ...counts, rows, total: about(wanted.reduce((a, b) => a + b)) };
}

const times = (counts: ByLevel, of: number): ByLevel => [counts[0] * of, counts[1] * of, counts[2] * of];

function scaled({ categories, tags, min, max, inStock }: Facets, of: number): Facets {
  return {
    categories: categories.map((one) => ({ ...one, count: about(one.count * of) })),
    tags: tags.map((one) => ({ ...one, count: about(one.count * of) })),
    min,
    max,
    inStock: about(inStock * of),
  };
}

/** An estimate, rounded to the two figures that it is good for. */
function about(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.round(count / unit) * unit;
}
