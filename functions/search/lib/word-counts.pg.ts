import type { Sql } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';
import { insertNewWords } from './words.pg.ts';

const first = '00000000-0000-0000-0000-000000000000';

/**
 * Looks through the next products for words that are not in `words` yet: those that were written since the walk before began. A walk goes
 * through the whole catalog and is taken up where it was left.
 * @param limit products a statement: reading one's words takes about 0.1 ms
 * @returns how many products there were (fewer than `limit`: the walk has ended) and how many words were new
 */
export async function addMissingWords(sql: Sql, { limit, now }: { limit: number; now: Date }): Promise<{ walked: number; added: number }> {
  const [row] = await together<{ walked: number; added: number }>(
    sql,
    {
      slice: (bind) =>
        `select p.id, p.archived_at is null and (m.changed_since is null or p.updated_at >= m.changed_since) as due
           from word_marks m, products p where p.id > coalesce(m.products_after, '${first}') order by p.id limit ${bind(limit)}`,
      found: () =>
        `select distinct w.word, w.lexeme from slice join products p using (id),
                words_in(p.name || ' . ' || shop_tags(p.tags) || ' . ' || left(p.description, 2000)) w where due`,
      added: () => `${insertNewWords('found')} returning 1 as one`,
      // An hour: what a transaction wrote at that time, and committed later. A walk that ends begins anew.
      marked: (bind) =>
        `update word_marks set
           walk_began_at = case when ended then null else began end,
           changed_since = case when ended then began - interval '1 hour' else changed_since end,
           products_after = case when ended then null else (select id from slice order by id desc limit 1) end
          from (select count(*) < ${bind(limit)} as ended, coalesce((select walk_began_at from word_marks), ${bind(now)}) as began from slice) walk`,
    },
    'select (select count(*)::integer from slice) as walked, (select count(*)::integer from added) as added',
  );
  return row ?? { walked: 0, added: 0 };
}

/** Every sixteenth product has an index of its own (`products_sample_16`). */
const sampled = 16;
/** So many hits in the sample say enough; of fewer, products are counted one by one, up to as many as these stand for. */
const enough = 4;

/**
 * Counts the products of the next words and removes those that no product, category or synonym has any more. A frequent word's count is an
 * estimate: it only orders what is proposed. What changed by less than a tenth is not written.
 * @param limit words a statement: counting one takes about 0.5 ms
 */
export async function countNextWords(
  sql: Sql,
  { limit }: { limit: number },
): Promise<{ counted: number; changed: number; removed: number }> {
  const [row] = await together<{ counted: number; changed: number; removed: number }>(
    sql,
    {
      batch: (bind) =>
        `select w.* from word_marks m, words w where w.word > m.words_after collate "C" order by w.word limit ${bind(limit)}`,
      // Of a lexeme, since that is what products are indexed by.
      counts: () =>
        `select lexeme, case when hits < ${enough} then few else hits * ${sampled} end as products, asked
           from (select lexeme, quote_literal(lexeme)::tsquery as asked from batch group by lexeme) l
          cross join lateral (select count(*)::integer as hits from products p
             where p.w_all @@ asked and p.archived_at is null and p.sample < ${1024 / sampled}) sample
          cross join lateral (select count(*)::integer as few from (select from products p
             where hits < ${enough} and p.w_all @@ asked and p.archived_at is null limit ${enough * sampled}) one_by_one) rest`,
      spoken: () =>
        `select distinct unnest(tsvector_to_array((key || ' ' || means_key)::tsvector)) as lexeme from synonyms where exists (select from counts where products = 0)`,
      unused: () =>
        `select lexeme from counts where products = 0 and lexeme not in (select lexeme from spoken)
            and not exists (select from categories c where c.words @@ asked)`,
      removed: () =>
        `delete from words w using batch b where w.word = b.word and b.lexeme in (select lexeme from unused) returning 1 as one`,
      // Forms of a lexeme keep their proportion ("mugs" is searched for less than "mug"); the most frequent one gets the lexeme's count.
      forms: () => `select lexeme, max(w.products) as most from words w where lexeme in (select lexeme from batch) group by lexeme`,
      changed: () =>
        `update words w set products = case when c.products = 0 or most = 0 then c.products
                                            else greatest(1, round(b.products::numeric * c.products / most)) end
           from batch b join counts c using (lexeme) join forms using (lexeme)
          where w.word = b.word and b.lexeme not in (select lexeme from unused) and abs(c.products - most) * 10 > most returning 1 as one`,
      // Fewer than asked for are the last: the next count begins at the first.
      marked: (bind) =>
        `update word_marks set words_after = case when (select count(*) from batch) < ${bind(limit)} then ''
                                                  else (select word from batch order by word desc limit 1) end`,
    },
    `select (select count(*)::integer from batch) as counted, (select count(*)::integer from changed) as changed,
            (select count(*)::integer from removed) as removed`,
  );
  return row ?? { counted: 0, changed: 0, removed: 0 };
}
