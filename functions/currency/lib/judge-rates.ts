import { currencies } from '#platform/money.ts';
import type { FeedRates } from './rates-feed.ts';

/**
 * What becomes of a feed's rates. `known`: we have them. `older`: we have newer ones. `take`. `hold`: a rate moved too far to be taken on one
 * day's word. `future` and `stale`: its day cannot be right, or the feed has stopped.
 */
export type Verdict = { verdict: 'known' | 'older' | 'take' } | { verdict: 'hold' | 'future' | 'stale'; reason: string };

/**
 * A rate that moved by more than this against the one that counts is held, with its whole set, until the feed says about the same of a later
 * day: a slip of the decimal point is gone by then, a crash of a currency is not. In the thirty years of the euro no currency of ours moved that
 * far in a day (the largest: the franc in January 2015, 19 %).
 */
const maxFactor = 1.25;
/** Over Christmas and Easter the bank publishes nothing for five days at most. */
const maxAgeDays = 8;
const dayMs = 86_400_000;

/**
 * @param counting the newest rates that we have
 * @param held what was held before, if anything
 * @param ages whether the feed is one that goes on: a file stays as it is
 */
export function judgeRates(
  feed: FeedRates,
  { counting, held, now, ages }: { counting: FeedRates; held: FeedRates | null; now: Date; ages: boolean },
): Verdict {
  const ageDays = Math.floor((now.getTime() - Date.parse(feed.asOf)) / dayMs);
  if (ageDays < -1) return { verdict: 'future', reason: `it has rates of ${feed.asOf}` };
  if (ages && ageDays > maxAgeDays) return { verdict: 'stale', reason: `its newest rates are of ${feed.asOf}` };
  if (feed.asOf < counting.asOf) return { verdict: 'older' };
  if (feed.asOf === counting.asOf && currencies.every((code) => feed.micros[code] === counting.micros[code])) return { verdict: 'known' };
  const moved = farFrom(feed, counting);
  const confirmed = held !== null && held.asOf < feed.asOf && farFrom(feed, held).length === 0;
  if (moved.length === 0 || confirmed) return { verdict: 'take' };
  const shown = moved.map((code) => `${code} from ${counting.micros[code] / 1e6} to ${feed.micros[code] / 1e6}`);
  return { verdict: 'hold', reason: `too large a step for one day: ${shown.join(', ')}` };
}

const farFrom = (feed: FeedRates, other: FeedRates) =>
  currencies.filter((code) => Math.max(feed.micros[code] / other.micros[code], other.micros[code] / feed.micros[code]) > maxFactor);
