import { type TransactionSql, transaction } from '#platform/db/sql.ts';
import { log } from '#platform/telemetry/log.ts';
import { measure } from '#platform/telemetry/measure.ts';
import { insertRates, selectNewestRates } from './exchange-rates.pg.ts';
import { configuredFeed } from './feed-state.ts';
import { judgeRates } from './judge-rates.ts';
import { lockFeed, noteFeed } from './rate-feeds.pg.ts';
import { type FeedOutcome, fetchFeed } from './rates-feed.client.ts';
import { FeedFault, type FeedRates, readFeed } from './rates-feed.ts';

/** `taken`: new rates count soon. `unchanged`: there are no newer ones. Otherwise the rates that we have go on. */
type Outcome = 'taken' | 'unchanged' | 'refused' | 'away';

/**
 * Reads the configured feed, and takes its rates where they are newer and plausible. Safe to repeat, and at once.
 * @returns how the run ended, as a count; all are 0 where no feed is configured
 */
export async function refreshRates({ now, signal }: { now: Date; signal: AbortSignal }): Promise<Record<Outcome, number>> {
  const counts = { taken: 0, unchanged: 0, refused: 0, away: 0 };
  const feed = configuredFeed();
  if (!feed) return counts;
  const { url, source } = feed;
  const found = readFetched(await fetchFeed(url, signal));
  const { outcome, reason } = await transaction((sql) => settle(sql, found, { source, now, ages: url.protocol !== 'file:' }));
  if (reason !== null) log('error', 'exchange rates were not taken', { source, outcome, reason });
  if (outcome !== 'unchanged') measure(`rates_${outcome}`, 1);
  return { ...counts, [outcome]: 1 };
}

type Found = { outcome: 'done'; rates: FeedRates } | { outcome: 'refused' | 'away'; reason: string };

function readFetched(fetched: FeedOutcome): Found {
  if (fetched.outcome !== 'done') return fetched;
  try {
    return { outcome: 'done', rates: readFeed(fetched.text) };
  } catch (error) {
    if (error instanceof FeedFault) return { outcome: 'refused', reason: error.message };
    throw error;
  }
}

/** Judges what was found by what we have, and notes both: what was taken, and how the feed is doing. */
async function settle(
  sql: TransactionSql,
  found: Found,
  { source, now, ages }: { source: string; now: Date; ages: boolean },
): Promise<{ outcome: Outcome; reason: string | null }> {
  const { held } = await lockFeed(sql, source, now);
  if (found.outcome !== 'done') {
    await noteFeed(sql, source, { fault: found.reason, held, now });
    return found;
  }
  const { rates } = found;
  const judged = judgeRates(rates, { counting: await selectNewestRates(sql), held, now, ages });
  if ('reason' in judged) {
    await noteFeed(sql, source, { fault: judged.reason, held: judged.verdict === 'hold' ? rates : held, now });
    return { outcome: 'refused', reason: judged.reason };
  }
  if (judged.verdict === 'take') await insertRates(sql, rates, source, now);
  await noteFeed(sql, source, { fault: null, held: null, now });
  return { outcome: judged.verdict === 'take' ? 'taken' : 'unchanged', reason: null };
}
