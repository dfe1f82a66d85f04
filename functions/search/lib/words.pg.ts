import type { Sql } from '#platform/db/sql.ts';
import type { Known } from './questions.ts';
import type { Typed } from './typed-words.ts';

/** Words that nothing but letters and digits part, as they are looked up. @param text as SQL */
const asked = (text: string) => `plainto_tsquery('pg_catalog.english', regexp_replace(shop_fold(${text}), '[^[:alnum:]]+', ' ', 'g'))`;

/**
 * What stands for a word besides itself: categories, and what its synonyms mean, which may be a category too.
 * @param query the word's, as SQL
 * @param keys keys of synonyms that it may have, as SQL: an array
 */
const standIns = (query: string, keys: string) => `
  select quote_literal('category ' || c.id) as query from categories c where c.words @@ ${query}
  union all
  select s.query from (
    select ${asked('y.means')} as other from synonyms y where y.key = any(${keys})
    union all
    select ${asked('y.said')} from synonyms y where y.both_ways and y.means_key = any(${keys})) o,
    lateral (select '(' || other::text || ')' union all select quote_literal('category ' || c.id) from categories c where c.words @@ other) s (query)
   where numnode(other) > 0`;
const keyOf = (text: string) => `strip(shop_words(${text}))::text`;

const stem = (word: string) => `(ts_lexize('pg_catalog.english_stem', ${word}))[1]`;

/**
 * The two words (`l`, `r`) that a word may be made of; the right one in any form, so that "picnicbaskets" is a picnic basket. Each is looked up by
 * itself (`limit 1`): a join would read all words, since it expects a thousand places to part one at. By the lexeme's own collation: words have
 * another, and the index would not do.
 */
const halves = (word: string) => `generate_series(3, length(${word}) - 3) i
  cross join lateral (select w.word, w.lexeme from words w where w.word = left(${word}, i) limit 1) l
  cross join lateral (select w.word, w.lexeme from words w where w.lexeme = ${stem(`substr(${word}, i + 1)`)} collate "default" limit 1) r`;
/** A word that so few products have may be written in two by most: "fountain-pen ink" makes "fountainpen" a word, but not that of the pens. */
const rare = 64;

/**
 * One statement for everything. `spans` are the typed words, and pairs of neighbours. A span is known when products, categories or synonyms have it;
 * model numbers and words of one or two letters count as known. For one that is not, three things are tried, each only if the one before gave nothing:
 * `begun`, words that begin so, for the last word; `slipped`, words that share a key (`slips`) and differ by two letters at most ("ph" may be
 * an f: "fone"); `apart`, two words that were typed as one.
 * A range of the index, `>= begin and < begin || chr(1114111)`, because `like begin || '%'` with a variable cannot use it. levenshtein refuses more
 * than 255 bytes: words are cut to 40 letters before.
 */
const statement = `
with typed as (
  select ord::integer, phrase, plain, grouped, folded,
         regexp_replace(folded, '[^[:alnum:]]', '', 'g') as word,
         trim(regexp_replace(folded, '[^[:alnum:]]+|(?<=[[:alpha:]])(?=[0-9])|(?<=[0-9])(?=[[:alpha:]])', ' ', 'g')) as apart
    from unnest($1::text[], $2::boolean[], $3::boolean[], $4::integer[]) with ordinality as t (said, phrase, plain, grouped, ord),
         shop_fold(said) as folded),
spans as (
  select ord, 1 as size, plain, word, apart, array[${keyOf('apart')}, ${keyOf('folded')}] as keys,
         case when phrase then phraseto_tsquery('pg_catalog.english', regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g'))
              else plainto_tsquery('pg_catalog.english', word)
                || case when apart = word then '' else phraseto_tsquery('public.shop_names', apart) end end as query,
         case when phrase then phraseto_tsquery('public.shop_names', regexp_replace(folded, '[^[:alnum:]]+', ' ', 'g'))
              else plainto_tsquery('public.shop_names', word) end as named
    from typed
  union all
  select a.ord, 2, true, a.word || b.word, a.apart || ' ' || b.apart, array[${keyOf("a.apart || ' ' || b.apart")}, ${keyOf('a.word || b.word')}],
         plainto_tsquery('pg_catalog.english', a.apart || ' ' || b.apart), ''
    from typed a join typed b on b.ord = a.ord + 1 and b.grouped = a.grouped where a.plain and b.plain),
known as (
  select s.*, also,
         not plain or size = 2 or also <> '{}' or numnode(query) = 0 or exists (select from words w where w.lexeme = ${stem('s.word')})
           or not exists (select from string_to_table(s.apart, ' ') a where a ~ '^[[:alpha:]]{3,}$'
                             and not exists (select from words w where w.lexeme = ${stem('a')})) as known
    from spans s cross join lateral (
      select array(${standIns('s.query', 's.keys')}
                   union all select quote_literal(w.lexeme) from words w where s.size = 2 and w.word = s.word
                   union all select quote_literal(w.lexeme) from words w
                    where s.size = 1 and w.lexeme = any(stems_beneath(s.word)) and not exists (select from words w where w.lexeme = ${stem('s.word')})
                   union all select '(' || quote_literal(l.lexeme) || ' <-> ' || quote_literal(r.lexeme) || ')' from words k cross join ${halves('k.word')}
                    where s.size = 1 and k.word = s.word and k.products < ${rare}) as also where s.plain and not $5
      union all select '{}' where not s.plain or $5) a),
mended as (
  select s.ord, m.word, m.lexemes, m.place
    from (select k.*, ${stem('word')} as lexeme from known k where not known and not $5) s
    cross join lateral (
      with begun as materialized (
        select w.word, array[w.lexeme] as lexemes, row_number() over (order by w.products desc, w.word) as place from words w
         where s.ord = cardinality($1) and w.word >= s.word collate "C" and w.word < (s.word || chr(1114111)) collate "C"
         order by w.products desc, w.word limit 8),
      slipped as materialized (
        select word, array[lexeme] as lexemes, row_number() over (order by products desc, word) as place from (
          select *, rank() over (order by slip) as nearest from (
            select w.*, least(letters_apart(w.word, s.word), letters_apart(w.word, s.lexeme),
                              letters_apart(replace(w.word, 'ph', 'f'), replace(s.word, 'ph', 'f')))
                        - (left(w.word, 1) = left(s.word, 1))::integer * 0.5 - (dmetaphone(w.word) = dmetaphone(s.word))::integer * 0.5 as slip
              from words w where not exists (select from begun) and w.slips && (slips(left(s.word, 12)) || slips(left(coalesce(s.lexeme, s.word), 12)))) w
           where slip <= case when length(s.word) < 4 then 1 when length(s.word) < 6 then 1.5 else 2 end) w
         where nearest = 1 order by products desc, word limit 3),
      apart as (
        select l.word || ' ' || r.word, array[l.lexeme, r.lexeme], 1 from ${halves('s.word')}
         where not exists (select from begun) and not exists (select from slipped))
      select * from begun union all select * from slipped union all select * from apart) m)
select ord, size, query::text, named::text, known, also,
       coalesce((select json_agg(json_build_object('word', m.word, 'query', concat_ws(' | ', plainto_tsquery('pg_catalog.english', m.word)::text,
                   (select string_agg(y.query, ' | ') from (${standIns(asked('m.word'), `array[${keyOf('m.word')}]`)}) y))) order by m.place)
                   from mended m where m.ord = known.ord and known.size = 1), '[]') as meant
  from known order by ord, size`;

/**
 * What the catalog knows of each typed word.
 * @param exact words stand for nothing but themselves
 */
export function readWords(sql: Sql, typed: readonly Typed[], exact: boolean): Promise<Known[]> {
  return sql<Known>(statement, [
    typed.map(({ said }) => said),
    typed.map(({ phrase }) => phrase),
    typed.map(({ phrase, not }) => !phrase && !not),
    typed.map(({ group }) => group),
    exact,
  ]);
}

/**
 * Inserts the words that are not known yet. In the order of the alphabet, whoever inserts: two writers of the same new words wait for each other in one
 * direction only, and never in a circle. @param from a relation with `word` and `lexeme`, as SQL
 */
export const insertNewWords = (from: string) =>
  `insert into words (word, lexeme) select word, lexeme from ${from} order by word on conflict do nothing`;

/**
 * Adds the words of a text to those that queries are mended to. How many products have them is counted by a schedule, never here: a count would be a row
 * that all writers of frequent words wait for.
 */
export async function insertWords(sql: Sql, text: string): Promise<void> {
  await sql(insertNewWords('words_in($1)'), [text]);
}
