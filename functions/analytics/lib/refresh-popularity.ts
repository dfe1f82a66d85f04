import type { Sql } from '#platform/db/sql.ts';
import { addSalesToPopularity } from './popularity.pg.ts';

const first = '00000000-0000-0000-0000-000000000000';

/**
 * Brings the popularity of all products that were sold since the last run up to date, in batches that are committed one by one: an order that wants
 * one of the products waits for one batch at most.
 * @param sql outside of a transaction
 * @param signal begin no further batch once it is aborted; the next run goes on
 * @returns how many products had been sold, and the popularity of how many changed
 */
export async function refreshPopularity(
  sql: Sql,
  { now, signal, batch = 20 }: { now: Date; signal: AbortSignal; batch?: number },
): Promise<{ sold: number; changed: number }> {
  const done = { sold: 0, changed: 0 };
  for (let after: string | null = first; after !== null && !signal.aborted; ) {
    const { due, last, written } = await addSalesToPopularity(sql, { after, limit: batch, now });
    done.sold += due;
    done.changed += written;
    after = due === batch ? last : null;
  }
  return done;
}
