import type { Sql } from '#platform/db/sql.ts';
import type { ShownAd } from './contract.ts';

/** Which ads to choose, and of how many. */
export interface Choice {
  /** The slug of a category; its ads only. */
  category: string | undefined;
  limit: number;
  now: Date;
  /** Of the draw: the same number chooses the same ads, as long as they and their weights are the same. */
  seed: number;
}

/**
 * Draws ads of those that run, without putting one back, each with a chance in proportion to its weight: every ad gets the key -ln(u) / weight, with a
 * u between 0 and 1 that depends on nothing but the ad and the seed, and the smallest keys win (Efraimidis and Spirakis, Weighted random sampling with
 * a reservoir, 2006; here as its logarithm, which tells small weights apart).
 */
export function selectChosenAds(sql: Sql, { category, limit, now, seed }: Choice): Promise<ShownAd[]> {
  const ofCategory = category === undefined ? '' : 'and a.category_id = (select id from categories where slug = $4)';
  return sql<ShownAd>(
    `select a.id, a.title, a.text, a.image_url as "imageUrl", c.slug as category
       from ads a left join categories c on c.id = a.category_id
      where a.archived_at is null and a.starts_at <= $1 and a.ends_at > $1 ${ofCategory}
      order by -ln(((hashtextextended(a.id::text, $2) & 4294967295) + 0.5) / 4294967296) / a.weight, a.id
      limit $3`,
    [now, seed, limit, ...(category === undefined ? [] : [category])],
  );
}
