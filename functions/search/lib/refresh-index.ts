import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import { selectIndexed, selectMoved } from './indexed-products.pg.ts';
import { writeProducts, writtenIndexes } from './write-index.client.ts';

/** Sales become popularity within an hour after they were paid, and a run may fail: the last three are looked at again. */
const lookBackMs = 3 * 3_600_000;
const first = '00000000-0000-0000-0000-000000000000';

/**
 * Writes products to the index again whose stock or popularity may have changed lately, which no event tells.
 * @param signal begin no further batch once it is aborted; the next run looks back as well
 * @returns how many were written
 */
export async function refreshIndex(
  sql: Sql,
  { now, signal, batch = 500 }: { now: Date; signal: AbortSignal; batch?: number },
): Promise<{ refreshed: number }> {
  let refreshed = 0;
  const indexes = config.SEARCH_ENGINE === 'postgres' ? [] : await writtenIndexes();
  if (indexes.length === 0) return { refreshed };
  for (let after: string | undefined = first; after !== undefined && !signal.aborted; ) {
    const ids: string[] = await selectMoved(sql, new Date(now.getTime() - lookBackMs), after, batch);
    await writeProducts(indexes, await selectIndexed(sql, ids));
    refreshed += ids.length;
    after = ids.length === batch ? ids.at(-1) : undefined;
  }
  return { refreshed };
}
