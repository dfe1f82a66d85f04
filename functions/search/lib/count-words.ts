import type { Sql } from '#platform/db/sql.ts';
import { addMissingWords, countNextWords } from './word-counts.pg.ts';

/**
 * Keeps the catalog's words (`words`, by which typed words are completed and mended) true: adds those of products that were written past the
 * shop, counts how many products have each, and removes what nothing has any more. In batches of their own; what one run does not get to, the
 * next goes on with. (The write of a product adds its words itself. A word that is removed while a product with it is being written is back
 * with the next run, since that looks at what was written meanwhile.)
 * @param sql outside of a transaction
 * @param signal begin no further batch once it is aborted
 */
export async function countWords(
  sql: Sql,
  { now, signal, products = 2_000, words = 500 }: { now: Date; signal: AbortSignal; products?: number; words?: number },
): Promise<{ walked: number; added: number; counted: number; changed: number; removed: number }> {
  const done = { walked: 0, added: 0, counted: 0, changed: 0, removed: 0 };
  const left = { products: true, words: true };
  // By turns, so that neither keeps the other from ever coming to its end.
  while ((left.products || left.words) && !signal.aborted) {
    if (left.products) {
      const { walked, added } = await addMissingWords(sql, { limit: products, now });
      done.walked += walked;
      done.added += added;
      left.products = walked === products;
    }
    if (left.words) {
      const { counted, changed, removed } = await countNextWords(sql, { limit: words });
      done.counted += counted;
      done.changed += changed;
      done.removed += removed;
      left.words = counted === words;
    }
  }
  return done;
}
