import { deleteOldest } from '../db/delete-oldest.ts';
import type { Sql } from '../db/sql.ts';

/** Deletes events that the bus took before an instant. One that it has not taken stays, however old. */
export const deletePublishedEvents = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'outbox', instant: 'published_at' }, before, limit);

/** Forgets which events consumers handled before an instant. */
export const deleteHandledEvents = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'inbox', instant: 'handled_at' }, before, limit);

/** Forgets why consumers failed at events, last before an instant. */
export const deleteConsumerFailures = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'consumer_failures', instant: 'failed_at' }, before, limit);
