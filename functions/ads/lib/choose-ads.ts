import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Query } from '#platform/http/contract.ts';
import { selectChosenAds } from './chosen-ads.pg.ts';
import type { chooseAdsRoute } from './contract.ts';

/**
 * So long the same ads are chosen for everybody, whichever process, cache or copy answers. Who looks at several pages gets another ad after a while,
 * and over many of these times each ad has its share by weight (docs/architecture.md, Ads).
 */
const drawMs = 10_000;

/** Up to `limit` different ads that run now, of a category where one is named; the first is the one to show where there is one place. */
export async function chooseAds(
  sql: Sql,
  { category, limit }: Query<typeof chooseAdsRoute>,
  { now }: { now: Date },
): Promise<AnswerOf<typeof chooseAdsRoute>> {
  return { items: await selectChosenAds(sql, { category, limit, now, seed: Math.floor(now.getTime() / drawMs) }) };
}
