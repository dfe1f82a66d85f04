import { anySlot } from '#platform/db/slots.ts';
import type { Sql } from '#platform/db/sql.ts';
import { together } from '#platform/db/together.ts';

/** Counts an impression of each of these ads on this day. Ads that are unknown or deleted are left out. Rows are raised in the order of their ids. */
export async function countAdImpressions(sql: Sql, adIds: readonly string[], now: Date): Promise<void> {
  await sql(
    `insert into ad_figures as f (day, ad_id, slot, impressions)
       select date_trunc('day', $1::timestamptz, 'UTC'), id, $2::smallint, 1 from ads
        where id = any($3::uuid[]) and archived_at is null order by id
     on conflict (day, ad_id, slot) do update set impressions = f.impressions + 1`,
    [now, anySlot(), adIds],
  );
}

/**
 * Counts a click on this day, unless one of the same showing is counted already: of two at once the second waits for the first, and then counts nothing.
 * @returns where the ad leads; undefined for one that is unknown or deleted, which counts nothing
 */
export async function countAdClick(
  sql: Sql,
  { id, showingId, now }: { id: string; showingId: string | undefined; now: Date },
): Promise<string | undefined> {
  const [row] = await together<{ target: string }>(
    sql,
    {
      clicked: (bind) =>
        `select id, target, ${bind(now)}::timestamptz as now, ${bind(anySlot())}::smallint as slot, ${bind(showingId ?? null)}::uuid as showing
           from ads where id = ${bind(id)} and archived_at is null`,
      noted: () =>
        `insert into ad_clicks (ad_id, showing_id, at) select id, showing, now from clicked where showing is not null
         on conflict do nothing returning ad_id`,
      counted: () =>
        `insert into ad_figures as f (day, ad_id, slot, clicks)
           select date_trunc('day', now, 'UTC'), id, slot, 1 from clicked where showing is null or exists (select from noted)
         on conflict (day, ad_id, slot) do update set clicks = f.clicks + 1`,
    },
    'select target from clicked',
  );
  return row?.target;
}

/** Where an ad leads; undefined for one that is unknown or deleted. */
export async function selectTarget(sql: Sql, id: string): Promise<string | undefined> {
  const [row] = await sql<{ target: string }>('select target from ads where id = $1 and archived_at is null', [id]);
  return row?.target;
}

/** What was counted of an ad. */
export interface AdFigures {
  id: string;
  title: string;
  impressions: number;
  clicks: number;
}

/** What was counted of each ad on days from `from` up to `until`, both the beginning of one; ads of which nothing was counted are left out. */
export const selectFigures = (sql: Sql, from: Date, until: Date): Promise<AdFigures[]> =>
  sql<AdFigures>(
    `with figures as (
       select ad_id, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks
         from ad_figures where day >= $1 and day < $2 group by ad_id)
     select a.id, a.title, f.impressions, f.clicks from figures f join ads a on a.id = f.ad_id order by f.impressions desc, f.clicks desc, a.id`,
    [from, until],
  );
