import { selectBoughtTogether, selectShares } from '#functions/orders/lib/bought-together.pg.ts';
import { sql, transaction } from '#platform/db/sql.ts';
import { log } from '#platform/telemetry/log.ts';
import { selectDue, takeDue, writeAffinities } from './affinities.pg.ts';
import { affinitiesOf } from './affinity.ts';

const first = '00000000-0000-0000-0000-000000000000';

/**
 * Learns anew what goes with the products that were sold, or came back, since the last run. In batches, each a transaction of its own, that wait for no
 * order. Doing it again for the same orders at the same instant writes the same.
 * @param signal begin no further batch once it is aborted; the next run goes on
 * @returns how many products were trained, and how many pairs they have
 * @throws Error at the end, when a batch failed: its products stay due, and keep back no others
 */
export async function trainAffinities({
  now,
  signal,
  batch = 20,
}: {
  now: Date;
  signal: AbortSignal;
  batch?: number;
}): Promise<{ trained: number; pairs: number }> {
  const done = { trained: 0, pairs: 0 };
  let failed = 0;
  let shares: Awaited<ReturnType<typeof selectShares>> | undefined;
  for (let after = first; !signal.aborted; ) {
    const due = await selectDue(sql, after, batch);
    const last = due.at(-1);
    if (last === undefined) break;
    after = last;
    shares ??= await selectShares(sql, now);
    const { shareOf } = shares;
    try {
      const pairs = await transaction(async (sql) => {
        if (!(await takeDue(sql, due))) return undefined;
        const bought = await selectBoughtTogether(sql, due, now);
        const trained = new Map(bought.map((each) => [each.productId, affinitiesOf(each, shareOf)]));
        await writeAffinities(sql, trained, now);
        return [...trained.values()].flat().length;
      });
      if (pairs === undefined) break;
      done.trained += due.length;
      done.pairs += pairs;
    } catch (error) {
      failed += due.length;
      log('error', 'products could not be trained', {
        from: due[0],
        to: last,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  if (failed > 0) throw new Error(`Could not train ${failed} products`);
  return done;
}
