import { isbot } from 'isbot';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Params } from '#platform/http/contract.ts';
import { adNotFound } from './ad-not-found.ts';
import type { clickAdRoute } from './contract.ts';
import { countAdClick, selectTarget } from './figures.pg.ts';

/**
 * Counts a click and answers where the ad leads, which is in the ad's own row and never in what was sent. Clicks that name the same showing count once:
 * nothing else is kept by which a double click, or a try that is repeated, could be told from two people. Robots that say what they are get the answer
 * and count for nothing. An ad that ended meanwhile still counts: it was on somebody's screen.
 * @throws Problem 404 `ad-not-found`
 */
export async function clickAd(
  sql: Sql,
  { id, showingId }: Params<typeof clickAdRoute> & { showingId: string | undefined },
  { userAgent, now }: { userAgent: string | undefined; now: Date },
): Promise<AnswerOf<typeof clickAdRoute>> {
  const target = isbot(userAgent) ? await selectTarget(sql, id) : await countAdClick(sql, { id, showingId, now });
  if (target === undefined) throw adNotFound();
  return { target };
}
