import { isbot } from 'isbot';
import { countImpressions } from '#functions/ads/lib/count-impressions.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Body } from '#platform/http/contract.ts';
import type { recordBeaconRoute } from './contract.ts';
import { countViews } from './views.pg.ts';

/**
 * Counts what a beacon says was seen, each product or ad once. A view is a view of a page: who loads it again has seen it again, for nothing is kept by
 * which two views of one person could be told from views of two. Robots that say what they are count for nothing.
 */
export async function recordBeacon(
  sql: Sql,
  { kind, ids }: Body<typeof recordBeaconRoute>,
  { userAgent, now }: { userAgent: string | undefined; now: Date },
): Promise<void> {
  if (isbot(userAgent)) return;
  const seen = [...new Set(ids)];
  if (kind === 'product-view') await countViews(sql, seen, now);
  else await countImpressions(sql, seen, { now });
}
