import type { Sql } from '#platform/db/sql.ts';
import type { FeedRates } from './rates-feed.ts';

/** Notes that a feed is asked, and holds its row, so that two runs at once judge one after the other. */
export async function lockFeed(sql: Sql, source: string, now: Date): Promise<{ held: FeedRates | null }> {
  const [row] = await sql<{ held: FeedRates | null }>(
    `insert into rate_feeds (source, first_tried_at) values ($1, $2)
       on conflict (source) do update set source = excluded.source returning held`,
    [source, now],
  );
  return { held: row?.held ?? null };
}

/** @param fault why it brought nothing; null where it did */
export async function noteFeed(
  sql: Sql,
  source: string,
  { fault, held, now }: { fault: string | null; held: FeedRates | null; now: Date },
): Promise<void> {
  await sql(
    `update rate_feeds set fault = $2, held = $3, succeeded_at = case when $2::text is null then greatest(succeeded_at, $4) else succeeded_at end
      where source = $1`,
    [source, fault, held, now],
  );
}

/** When a feed last brought good rates, or was asked first where it never did; undefined before that. */
export async function selectFeedSince(sql: Sql, source: string): Promise<Date | undefined> {
  const [row] = await sql<{ since: string }>('select coalesce(succeeded_at, first_tried_at) as since from rate_feeds where source = $1', [
    source,
  ]);
  return row && new Date(row.since);
}
