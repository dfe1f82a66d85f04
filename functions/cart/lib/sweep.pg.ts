import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';

/** Deletes guests' carts that nobody changed since an instant. A shopper's cart lives as long as the account. */
export const deleteAbandonedCarts = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'carts', instant: 'updated_at', also: 'user_id is null' }, before, limit);

/** Deletes guests' carts that became an order and that nobody changed since an instant: to the shop they are empty carts. */
export const deleteOrderedCarts = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'carts', instant: 'updated_at', also: 'user_id is null and ordered_at is not null' }, before, limit);
