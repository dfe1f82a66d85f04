import type { Sql } from '#platform/db/sql.ts';
import type { Found, Question } from './product-index.ts';
import { type Known, mendedWords, questionsOf } from './questions.ts';
import { type Typed, typedWords } from './typed-words.ts';
import { readWords } from './words.pg.ts';

/**
 * Asks an index what the typed words may mean, one question after the other until something is found. Both engines ask the same questions.
 * @param ask is given the text of a tsquery; undefined: nothing is found, before the filter
 */
export async function askUntilFound(
  sql: Sql,
  { q, exact }: Pick<Question, 'q' | 'exact'>,
  ask: (tsquery: string) => Promise<Omit<Found, 'searched' | 'marks'> | undefined>,
): Promise<Found> {
  const typed = typedWords(q);
  const words = typed.length === 0 ? [] : await understood(sql, typed, exact);
  for (const question of questionsOf(typed, words, exact)) {
    const found = await ask(question.tsquery);
    if (!found) continue;
    return { ...found, searched: { q: question.changed ? question.q : q, changed: question.changed }, marks: question.tsquery };
  }
  const facets = { categories: [], tags: [], min: null, max: null, inStock: 0 };
  return { hits: [], total: 0, approximate: false, searched: { q, changed: false }, marks: '', facets };
}

/** What the catalog knows of the words. Of neighbours it is asked again when one was mended: "cel phone" is a cell phone, for which there is a synonym. */
async function understood(sql: Sql, typed: readonly Typed[], exact: boolean): Promise<Known[]> {
  const words = await readWords(sql, typed, exact);
  const mended = typed.length > 1 && !exact ? mendedWords(typed, words) : undefined;
  if (!mended) return words;
  const stands = ({ size, also }: Known) => size === 2 && also.length > 0;
  const known = new Set(words.filter(stands).map(({ ord }) => ord));
  const pairs = (await readWords(sql, mended, exact)).filter((row) => stands(row) && !known.has(row.ord));
  return [...words, ...pairs.map((row) => ({ ...row, mended: true }))];
}
