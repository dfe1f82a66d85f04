import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';

/** Deletes the facts of sales before an instant. Their totals stay. */
export const deleteSalesFacts = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'sales_facts', instant: 'at' }, before, limit);

/** Deletes the counts of product pages seen on days before an instant. The funnel has them by the hour. */
export const deleteProductViews = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'product_views', instant: 'day' }, before, limit);

/** Deletes what was sold by product on days before an instant. It is in the products' popularity, and in the sales. */
export const deleteProductSales = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'product_sales', instant: 'day', also: 'not due' }, before, limit);
