import type { Sql } from '#platform/db/sql.ts';
import type { SuggestedRow } from './found-products.pg.ts';
import type { Suggested } from './product-index.ts';
import { type Called, suggestedQueries, wordsSoFar } from './suggested-queries.ts';

interface Found {
  /** Most popular first, those with the words in their names before those with the words in their tags. */
  products: (SuggestedRow & Called)[];
  categories: { slug: string; name: string }[];
  /** Words that were probably meant, for each typed one; none unless nothing was found for what was typed. */
  meant: string[][];
}

/** From so many products searches are made to propose. */
const readFor = 16;

/** How many of the most popular products are looked at, one after the other: enough where one in 300 has the word. */
const walked = 2_000;
/** Rarer words are looked up. Of more products than this any will do: they are not among the popular ones. */
const lookedUp = 2_000;

/**
 * The steps by which a question finds products: in names, and where these give too few, in tags. For each, first a walk along the most popular
 * products, which ends early for what most people type and is bounded for all else; then the index of words, quick for what the walk missed,
 * because that is rare. A step runs only while those before it found too few.
 * @param name of a relation of one row that has the question as a tsquery, in two forms. `starts` has the unfinished word as a prefix: quick
 *   to compare with a row's words. `words` has the words that begin so: an index gives a prefix only by reading all that it matches (20 ms at
 *   1M products for "sl"), and in titles it would match the marks of filters (`shop_marks`).
 */
const stepsOf = (name: string) => `
${name}_walk as materialized (
  select id, popularity from popular where (select starts from ${name}) is not null and w_name @@ (select starts from ${name}) limit $3),
${name}_names as materialized (
  select id, popularity from products
   where (select count(*) from ${name}_walk) < $2 and archived_at is null and w_name @@ (select words from ${name}) limit ${lookedUp}),
${name}_tags_walk as materialized (
  select id, popularity from popular
   where (select count(*) from ${name}_walk) < $2 and (select count(*) from ${name}_names) < $2 and (select words from ${name}) is not null
     and w_title @@ (select words from ${name}) limit $3),
${name}_tags as materialized (
  select id, popularity from products
   where (select count(*) from ${name}_walk) < $2 and (select count(*) from ${name}_names) < $2
     and (select count(*) from ${name}_tags_walk) < $2
     and archived_at is null and w_title @@ (select words from ${name}) limit ${lookedUp}),
${name}_found as materialized (
  select id, popularity, max(level) as level from (
    select *, 2 as level from ${name}_walk union all select *, 2 from ${name}_names union all
    select *, 1 from ${name}_tags_walk union all select *, 1 from ${name}_tags) found
   group by id, popularity order by level desc, popularity desc, id desc limit $3),
${name}_categories as materialized (
  select slug, name from categories where words @@ (select starts from ${name}) order by name limit $2)`;

/** Of the words that begin as the last one does, the most frequent ones. */
const mostBegun = 24;
/** Of the words that come equally close to a mistyped one. */
const mostMeant = 3;

const isMarkPrefix = `(starts_with('tag', word) or starts_with('category', word))`;

/** All of `word begins as …` as a range of the index; the last character of Unicode ends it. `like x || '%'` with a variable uses no index. */
const begins = (word: string, start: string) => `${word} >= ${start} and ${word} < ${start} || chr(1114111)`;

/**
 * $1 the typed words, $2 how many products are enough, $3 how many to read. First what was typed is asked; where it finds nothing, what was
 * probably meant: words of which the typed one is a slip, or the start of one. One edit is forgiven, two in words of six letters and more.
 */
const statement = `
with typed as materialized (
  select ord::integer, shop_fold(word) as word, ord = cardinality($1) as unfinished
    from unnest($1::text[]) with ordinality as t (word, ord)),
popular as materialized (
  select id, popularity, w_name, w_title from products where archived_at is null order by popularity desc, id desc limit ${walked}),
begun as materialized (
  select w.lexeme, not starts_with(w.lexeme, t.word) as shorter from typed t join words w on ${begins('w.word', 't.word')}
   where t.unfinished order by w.products desc, w.word limit ${mostBegun}),
parts as materialized (
  select ord, case when unfinished then concat_ws(' | ', quote_literal(word) || ':*', shorter) else lexeme end as starts,
         case when unfinished then concat_ws(' | ', coalesce(lexeme, quote_literal(word)) || case when begun is null and not ${isMarkPrefix} then ':*' else '' end, begun) else lexeme end as words
    from (select *, nullif(plainto_tsquery('public.shop_names', word)::text, '') as lexeme from typed) t,
         (select string_agg(quote_literal(lexeme), ' | ') as begun, string_agg(quote_literal(lexeme), ' | ') filter (where shorter) as shorter from begun) b),
asked as materialized (
  select string_agg('(' || starts || ')', ' & ')::tsquery as starts, string_agg('(' || words || ')', ' & ')::tsquery as words from parts),
${stepsOf('asked')},
nothing as materialized (select where not exists (select from asked_found) and not exists (select from asked_categories)),
meant as materialized (
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
   where exists (select from meant)),
${stepsOf('guess')},
found as (select * from asked_found union all select * from guess_found)
select coalesce((select json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'tags', p.tags, 'image_url', p.image_url,
                                                   'price_amount', p.price_amount) order by f.level desc, f.popularity desc, f.id desc)
                   from found f join products p on p.id = f.id), '[]') as products,
       coalesce((select json_agg(c) from (select * from asked_categories union all select * from guess_categories) c), '[]') as categories,
       coalesce((select json_agg(array(select word from meant m where m.ord = t.ord) order by t.ord) from typed t), '[]') as meant`;

/** What the catalog has for text whose last word may not be finished. Mistyped words are mended where nothing has them as they are typed. */
export async function selectSuggestions(sql: Sql, text: string, limit: number): Promise<Suggested> {
  const words = wordsSoFar(text);
  if (words.length === 0) return { queries: [], products: [], categories: [] };
  const [found] = await sql<Found>(statement, [words, limit, Math.max(limit, readFor)]);
  if (!found) throw new Error('aggregates give one row');
  const { products, categories, meant } = found;
  const rows = products.slice(0, limit);
  return { queries: suggestedQueries(products, { words, meant }, limit), products: rows.map(({ id }) => id), rows, categories };
}
