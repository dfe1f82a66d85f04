import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import type { Ad } from './contract.ts';

export const adOrder: ListOrder = { sort: 'newest', column: 'a.created_at', type: 'timestamptz', direction: 'desc', id: 'a.id' };

const select = `select a.id, a.title, a.text, a.image_url as "imageUrl", c.slug as category, a.target, a.weight, a.starts_at as "startsAt",
  nullif(a.ends_at, 'infinity') as "endsAt", a.created_at as "createdAt", a.updated_at as "updatedAt"
  from ads a left join categories c on c.id = a.category_id where a.archived_at is null`;

/** A slice of the ads that are not deleted. */
export async function selectAds(sql: Sql, slice: Slice): Promise<Ad[]> {
  const values: unknown[] = [];
  const { where, orderBy, limit } = keyset(slice, values);
  return sql<Ad>(`${select} and ${where} order by ${orderBy} ${limit}`, values);
}

/** An ad, unless it is deleted. */
export async function selectAd(sql: Sql, id: string): Promise<Ad | undefined> {
  const [row] = await sql<Ad>(`${select} and a.id = $1`, [id]);
  return row;
}

/** An ad, its row locked until the transaction ends. */
export async function lockAd(sql: Sql, id: string): Promise<Ad | undefined> {
  const [row] = await sql<Ad>(`${select} and a.id = $1 for update of a`, [id]);
  return row;
}

/** Adds or changes an ad. @returns false where there is no category with its slug */
export async function writeAd(sql: Sql, ad: Ad): Promise<boolean> {
  try {
    const rows = await sql(
      `insert into ads (id, title, text, image_url, target, category_id, weight, starts_at, ends_at, created_at, updated_at)
         select $1, $2, $3, $4, $5, c.id, $7, $8, coalesce($9::timestamptz, 'infinity'), $10, $11
           from (select) one left join categories c on c.slug = $6 where c.id is not null or $6::text is null
       on conflict (id) do update set title = excluded.title, text = excluded.text, image_url = excluded.image_url, target = excluded.target,
         category_id = excluded.category_id, weight = excluded.weight, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
         updated_at = excluded.updated_at
       returning 1 as written`,
      [ad.id, ad.title, ad.text, ad.imageUrl, ad.target, ad.category, ad.weight, ad.startsAt, ad.endsAt, ad.createdAt, ad.updatedAt],
    );
    return rows.length === 1;
  } catch (error) {
    if (violatedConstraint(error) === 'ads_category_id_fkey') return false; // it was deleted at this moment
    throw error;
  }
}

/** Deletes an ad for everybody but the report. */
export async function archiveAd(sql: Sql, id: string, now: Date): Promise<void> {
  await sql('update ads set archived_at = $2, updated_at = $2 where id = $1', [id, now]);
}
