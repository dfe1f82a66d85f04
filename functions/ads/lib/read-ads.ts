import { listPage } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { AnswerOf, Params, Query } from '#platform/http/contract.ts';
import { adNotFound } from './ad-not-found.ts';
import { adOrder, selectAd, selectAds } from './ads.pg.ts';
import type { Ad, getAdRoute, listAdsRoute } from './contract.ts';

/** A page of ads, the newest first. */
export function listAds(sql: Sql, paging: Query<typeof listAdsRoute>): Promise<AnswerOf<typeof listAdsRoute>> {
  return listPage(paging, {
    order: adOrder,
    filters: {},
    select: (slice) => selectAds(sql, slice),
    sortValue: (ad) => ad.createdAt,
    itemOf: (ad) => ad,
  });
}

/** @throws Problem 404 `ad-not-found`, also for one that was deleted */
export async function getAd(sql: Sql, { id }: Params<typeof getAdRoute>): Promise<Ad> {
  const ad = await selectAd(sql, id);
  if (!ad) throw adNotFound();
  return ad;
}
