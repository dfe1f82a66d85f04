import type { TransactionSql } from '#platform/db/sql.ts';
import { insertWords } from './words.pg.ts';

/**
 * Makes the words of what was just written known, in its transaction, so that searches are completed and mended to them. Call it after all that
 * locks rows: it may wait for another writer of the same new word, who must not wait for this one.
 */
export function noteWords(sql: TransactionSql, ...texts: string[]): Promise<void> {
  return insertWords(sql, texts.map((text) => text.slice(0, 2_000)).join(' . ')); // as much of a description as is searched
}
