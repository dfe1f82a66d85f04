import { deleteAdClicks, deleteAdFigures } from '#functions/ads/lib/sweep.pg.ts';
import { deleteProductSales, deleteProductViews, deleteSalesFacts } from '#functions/analytics/lib/sweep.pg.ts';
import { deleteEndedTokens, deleteLoginAttempts } from '#functions/auth/lib/sweep.pg.ts';
import { deleteAbandonedCarts, deleteOrderedCarts } from '#functions/cart/lib/sweep.pg.ts';
import { deleteExchangeRates } from '#functions/currency/lib/exchange-rates.pg.ts';
import { deleteDemoRuns, deleteTrafficRuns } from '#functions/demo/lib/sweep.pg.ts';
import { deleteNotifications } from '#functions/notifications/lib/notifications.pg.ts';
import { deleteOldAffinities } from '#functions/recommendations/lib/affinities.pg.ts';
import { deleteIdempotencyKeys } from '#platform/db/idempotency.ts';
import type { Sql } from '#platform/db/sql.ts';
import { deleteConsumerFailures, deleteHandledEvents, deletePublishedEvents } from '#platform/events/sweep.pg.ts';
import { log } from '#platform/telemetry/log.ts';
import { retention } from './retention.ts';

type Kind = keyof typeof retention;

/** What deletes each kind of row: its own domain's SQL. */
const sweeps: Record<Kind, (sql: Sql, before: Date, limit: number) => Promise<number>> = {
  publishedEvents: deletePublishedEvents,
  handledEvents: deleteHandledEvents,
  consumerFailures: deleteConsumerFailures,
  idempotencyKeys: deleteIdempotencyKeys,
  loginAttempts: deleteLoginAttempts,
  endedTokens: deleteEndedTokens,
  orderedCarts: deleteOrderedCarts,
  abandonedCarts: deleteAbandonedCarts,
  adFigures: deleteAdFigures,
  adClicks: deleteAdClicks,
  exchangeRates: deleteExchangeRates,
  productViews: deleteProductViews,
  productSales: deleteProductSales,
  productAffinities: deleteOldAffinities,
  notifications: deleteNotifications,
  salesFacts: deleteSalesFacts,
  demoRuns: deleteDemoRuns,
  trafficRuns: deleteTrafficRuns,
};
const dayMs = 86_400_000;

/**
 * Deletes rows past their retention, in batches, each in its own transaction. The kinds take turns batch by batch, so that neither a large
 * kind nor one that fails blocks the others when time runs out.
 * @param sql outside of a transaction
 * @param signal begin no further batch once it is aborted; the next run goes on
 * @returns how many rows of each kind went
 * @throws Error at the end, when a kind could not be swept
 */
export async function sweepRows(
  sql: Sql,
  { now, signal, batch = 1_000 }: { now: Date; signal: AbortSignal; batch?: number },
): Promise<Record<Kind, number>> {
  const kinds = Object.keys(retention) as Kind[];
  const deleted = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  const failed: string[] = [];
  let unfinished = kinds;
  while (unfinished.length > 0 && !signal.aborted) {
    const more: Kind[] = [];
    for (const kind of unfinished) {
      if (signal.aborted) break;
      try {
        const count = await sweeps[kind](sql, new Date(now.getTime() - retention[kind].days * dayMs), batch);
        deleted[kind] += count;
        if (count === batch) more.push(kind);
      } catch (error) {
        failed.push(kind);
        log('error', 'old rows could not be deleted', { kind, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    unfinished = more;
  }
  if (failed.length > 0) throw new Error(`Could not delete old rows of: ${failed.join(', ')}`);
  return deleted;
}
