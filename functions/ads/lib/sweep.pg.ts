import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';

/** Deletes what was counted of ads on days before an instant. */
export const deleteAdFigures = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'ad_figures', instant: 'day' }, before, limit);

/** Deletes the ids of showings that were clicked before an instant. The clicks are counted. */
export const deleteAdClicks = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'ad_clicks', instant: 'at' }, before, limit);
