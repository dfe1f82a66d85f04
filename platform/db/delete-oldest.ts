import type { Sql } from './sql.ts';

/** Which rows may go. All of it is SQL written in code, never what a caller says. */
export interface Old {
  table: string;
  /** The column that tells a row's age; it needs an index (with `also` as its condition, where there is one). */
  instant: string;
  also?: string;
}

/**
 * Deletes up to `limit` rows whose instant lies before another, oldest first, by one statement. Rows that somebody holds are skipped and left
 * to the next run, and so are those that change meanwhile and are old no more.
 * @returns how many rows went
 */
export async function deleteOldest(sql: Sql, { table, instant, also = 'true' }: Old, before: Date, limit: number): Promise<number> {
  const [row] = await sql<{ deleted: number }>(
    `with gone as (
       delete from ${table} where ctid = any(array(
         select ctid from ${table} where ${instant} < $1 and ${also} order by ${instant} limit $2 for update skip locked))
       returning 1 as deleted)
     select count(*)::integer as deleted from gone`,
    [before, limit],
  );
  return row?.deleted ?? 0;
}
