import type { Sql } from '#platform/db/sql.ts';
import { isFiltered } from './match.pg.ts';
import { readFew, readPage } from './page.pg.ts';
import type { Facets, Found, ProductIndex } from './product-index.ts';
import { mendedWords, questionsOf } from './questions.ts';
import { type ByLevel, type PlacedRow, type Search, type Survey, survey } from './survey.pg.ts';
import { type Typed, typedWords } from './typed-words.ts';
import { readWords, type WordRow } from './words.pg.ts';

/**
 * Products found by PostgreSQL itself, for most words by two statements: what the catalog knows of the words, then counts, facets and page. Where
 * there are many hits the page is a third. A question that finds nothing costs one, and the next is asked.
 */
export const postgresIndex: ProductIndex = {
  async find(sql, { q, exact, ...asked }) {
    const typed = typedWords(q);
    const words = typed.length === 0 ? [] : await understood(sql, typed, exact);
    for (const question of questionsOf(typed, words, exact)) {
      const search = { ...asked, tsquery: question.tsquery };
      const seen = await survey(sql, search);
      if (seen.hits.every((count) => count === 0)) continue;
      const searched = { q: question.changed ? question.q : q, changed: question.changed };
      const { rows, ...counts } = seen.of === null ? exactly(seen) : await estimated(sql, search, seen, seen.of);
      return { hits: rows.map(({ id, place }) => ({ id, place })), rows, ...counts, searched, marks: question.tsquery };
    }
    return { hits: [], total: 0, approximate: false, searched: { q, changed: false }, marks: '', facets: nothing };
  },
  suggest: async () => ({ queries: [], products: [], categories: [] }),
};

/** What the catalog knows of the words. Of neighbours it is asked again when one was mended: "cel phone" is a cell phone, for which there is a synonym. */
async function understood(sql: Sql, typed: readonly Typed[], exact: boolean): Promise<(WordRow & { mended?: boolean })[]> {
  const words = await readWords(sql, typed, exact);
  const mended = typed.length > 1 && !exact ? mendedWords(typed, words) : undefined;
  if (!mended) return words;
  const stands = ({ size, also }: WordRow) => size === 2 && also.length > 0;
  const known = new Set(words.filter(stands).map(({ ord }) => ord));
  const pairs = (await readWords(sql, mended, exact)).filter((row) => stands(row) && !known.has(row.ord));
  return [...words, ...pairs.map((row) => ({ ...row, mended: true }))];
}

const nothing: Facets = { categories: [], tags: [], min: null, max: null, inStock: 0 };

type Counted = Pick<Found, 'total' | 'approximate' | 'facets'> & { rows: PlacedRow[] };

const exactly = ({ rows, total, facets }: Survey): Counted => ({ rows, total, approximate: false, facets });

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
