import type { Sql } from '#platform/db/sql.ts';

/** Of the words that begin as the last one does, the most frequent ones. */
const mostBegun = 24;
/** Of the words that come equally close to a mistyped one. */
const mostMeant = 3;

const isMarkPrefix = `(starts_with('tag', word) or starts_with('category', word))`;

/** All of `word begins as …` as a range of the index; the last character of Unicode ends it. `like x || '%'` with a variable uses no index. */
const begins = (word: string, start: string) => `${word} >= ${start} and ${word} < ${start} || chr(1114111)`;

// What the words typed so far may mean: with-queries of the statements by which either engine suggests. $1 is the words, $2 the limit.

export const typed = `typed as materialized (
  select ord::integer, shop_fold(word) as word, ord = cardinality($1) as unfinished
    from unnest($1::text[]) with ordinality as t (word, ord))`;

/**
 * The question, as a relation of one row, in two forms. `starts` has the unfinished word as a prefix: quick to compare with a row's words. `words`
 * has the words that begin so: an index gives a prefix only by reading all that it matches (20 ms at 1M products for "sl"), and in titles it would
 * match the marks of filters (`shop_marks`).
 */
export const asked = `begun as materialized (
  select w.lexeme, not starts_with(w.lexeme, t.word) as shorter from typed t join words w on ${begins('w.word', 't.word')}
   where t.unfinished order by w.products desc, w.word limit ${mostBegun}),
parts as materialized (
  select ord, case when unfinished then concat_ws(' | ', quote_literal(word) || ':*', shorter) else lexeme end as starts,
         case when unfinished then concat_ws(' | ', coalesce(lexeme, quote_literal(word)) || case when begun is null and not ${isMarkPrefix} then ':*' else '' end, begun) else lexeme end as words
    from (select *, nullif(plainto_tsquery('public.shop_names', word)::text, '') as lexeme from typed) t,
         (select string_agg(quote_literal(lexeme), ' | ') as begun, string_agg(quote_literal(lexeme), ' | ') filter (where shorter) as shorter from begun) b),
asked as materialized (
  select string_agg('(' || starts || ')', ' & ')::tsquery as starts, string_agg('(' || words || ')', ' & ')::tsquery as words from parts)`;

/**
 * The same of what was probably meant, if a row of `nothing` says that nothing was found for what was typed: words of which the typed one is a slip,
 * or the start of one. One edit is forgiven, two in words of six letters and more.
 */
export const meant = `meant as materialized (
  select t.ord, near.word, near.lexeme
    from nothing, typed t, lateral (
      select word, lexeme, products, rank() over (order by slip) as place
        from (select * from words where slips && slips(left(t.word, 12))
              union
              select * from words where t.unfinished and ${begins('word', 'left(t.word, 1)')}) w,
             lateral (select min(levenshtein_less_equal(left(word, length(t.word) + more), t.word, 2)) as slip
                        from unnest(case when t.unfinished then '{-1,0,1}' else '{30}' end::integer[]) more) l
       where slip <= case when length(t.word) < 6 then 1 else 2 end
       order by place, products desc, word limit ${mostMeant}) near
   where near.place = 1 and length(t.word) > 3),
guess as materialized (
  select string_agg('(' || nullif(concat_ws(' | ', starts, near), '') || ')', ' & ')::tsquery as starts,
         string_agg('(' || nullif(concat_ws(' | ', words, near), '') || ')', ' & ')::tsquery as words
    from parts left join (select ord, string_agg(quote_literal(lexeme), ' | ') as near from meant group by ord) n using (ord)
   where exists (select from meant))`;

/** Categories for a question. @param name of its relation */
export const categoriesOf = (name: string) => `${name}_categories as materialized (
  select slug, name from categories where words @@ (select starts from ${name}) order by name limit $2)`;

/** A question in the forms of `asked`, as texts of tsqueries; null: it asks for nothing. */
export interface SoFar {
  starts: string | null;
  words: string | null;
  categories: { slug: string; name: string }[];
  /** Words that were probably meant, for each typed one; none of those that are asked as they were typed. */
  meant: string[][];
}

const categories = (name: string) => `coalesce((select json_agg(c) from ${name}_categories c), '[]') as categories`;
/** Words that were probably meant, for each typed one. */
export const meantWords = `coalesce((select json_agg(array(select word from meant m where m.ord = t.ord) order by t.ord) from typed t), '[]') as meant`;
const asTyped = `
with ${typed}, ${asked}, ${categoriesOf('asked')}
select starts::text, words::text, ${categories('asked')}, '[]'::json as meant from asked`;
const asMeant = `
with ${typed}, ${asked}, nothing as materialized (select), ${meant}, ${categoriesOf('guess')}
select starts::text, words::text, ${categories('guess')}, ${meantWords} from guess`;

/** For an engine that knows products, but not words: what to ask it. @param mended words that were probably meant instead of those typed */
export async function selectSoFar(sql: Sql, words: readonly string[], limit: number, { mended }: { mended: boolean }): Promise<SoFar> {
  const [row] = await sql<SoFar>(mended ? asMeant : asTyped, [words, limit]);
  if (!row) throw new Error('aggregates give one row');
  return row;
}
