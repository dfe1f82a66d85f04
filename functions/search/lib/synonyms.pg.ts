import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Synonym } from './contract.ts';
import { insertNewWords } from './words.pg.ts';

export const synonymOrder: ListOrder = { sort: 'said', column: 'said collate names', type: 'text', direction: 'asc', id: 'id' };

const columns = 'id, said, means, both_ways as "bothWays", created_at as "createdAt", updated_at as "updatedAt"';

/** A slice of the synonyms; of those only that have `q` in one of their sides, where it is given. */
export async function selectSynonyms(sql: Sql, q: string | undefined, slice: Slice): Promise<Synonym[]> {
  const values: unknown[] = [];
  const wanted = q === undefined ? 'true' : `strpos(lower(said || chr(10) || means), lower($${values.push(q)})) > 0`;
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<Synonym>(`select ${columns} from synonyms where ${wanted} and ${where} order by ${orderBy} ${limit}`, values);
}

/** A synonym, its row locked until the transaction ends. */
export async function lockSynonym(sql: Sql, id: string): Promise<Synonym | undefined> {
  const [row] = await sql<Synonym>(`select ${columns} from synonyms where id = $1 for update`, [id]);
  return row;
}

/** What is searched for of a pair: how many words each side has, and whether both sides are the same. */
export async function searchedOf(
  sql: Sql,
  { said, means }: Pick<Synonym, 'said' | 'means'>,
): Promise<{ said: number; means: number; same: boolean }> {
  const [row] = await sql<{ said: number; means: number; same: boolean }>(
    `select length(s) as said, length(m) as means, strip(s) = strip(m) as same from (select shop_words($1) as s, shop_words($2) as m) words`,
    [said, means],
  );
  if (!row) throw new Error('a SELECT without FROM has one row');
  return row;
}

/**
 * Adds or changes a synonym. What is said is a word of the catalog's then, so that it can be completed and mended as they are.
 * @throws Problem 409 `synonym-exists`
 */
export async function writeSynonym(sql: Sql, { id, said, means, bothWays, createdAt, updatedAt }: Synonym): Promise<void> {
  try {
    await sql(
      `with written as (
         insert into synonyms (id, said, means, both_ways, created_at, updated_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set said = excluded.said, means = excluded.means, both_ways = excluded.both_ways, updated_at = excluded.updated_at)
       ${insertNewWords("words_in($2 || ' . ' || case when $4 then $3 else '' end)")}`,
      [id, said, means, bothWays, createdAt, updatedAt],
    );
  } catch (error) {
    if (!violatedConstraint(error)?.startsWith('synonyms_')) throw error;
    throw new Problem('conflict', 'synonym-exists', 'There is a synonym of these words already.');
  }
}

export async function deleteSynonymRow(sql: Sql, id: string): Promise<void> {
  await sql('delete from synonyms where id = $1', [id]);
}
