import { isbot } from 'isbot';
import type { Sql } from '#platform/db/sql.ts';
import type { Body } from '#platform/http/contract.ts';
import type { recordBeaconRoute } from './contract.ts';
import { countViews } from './views.pg.ts';

/**
 * Counts the views of a beacon, each product once. A view is a view of a page: who loads it again has seen it again, for nothing is kept by which
 * two views of one person could be told from views of two. Robots that say what they are count for nothing, and so do ads, until there are some.
 */
export async function recordBeacon(
  sql: Sql,
  { kind, ids }: Body<typeof recordBeaconRoute>,
  { userAgent, now }: { userAgent: string | undefined; now: Date },
): Promise<void> {
  if (kind !== 'product-view' || isbot(userAgent)) return;
  await countViews(sql, [...new Set(ids)], now);
}
