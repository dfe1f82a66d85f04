import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';

/** Deletes the facts of sales before an instant. Their totals stay. */
export const deleteSalesFacts = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'sales_facts', instant: 'at' }, before, limit);
