import { config } from '#platform/config.ts';
import type { Sql } from '#platform/db/sql.ts';
import { selectFeedSince } from './rate-feeds.pg.ts';

/** A feed that brings nothing for longer than this is told of: prices drift from the market by then. */
const patienceMs = 5 * 86_400_000;

/** The configured feed, and the name by which rates and state know it; undefined where none is configured. */
export function configuredFeed(): { url: URL; source: string } | undefined {
  if (config.RATES_FEED_URL === undefined) return undefined;
  const url = new URL(config.RATES_FEED_URL);
  return { url, source: url.host || 'file' };
}

/** @throws Error when the configured feed has brought no good rates for five days */
export async function checkFeed(sql: Sql, source: string, now: Date): Promise<void> {
  const since = await selectFeedSince(sql, source);
  if (since && now.getTime() - since.getTime() > patienceMs)
    throw new Error(`No exchange rates from ${source} since ${since.toISOString()}`);
}
