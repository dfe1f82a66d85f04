import { deleteOldest } from '#platform/db/delete-oldest.ts';
import type { Sql } from '#platform/db/sql.ts';

/** Deletes refresh tokens that ended before an instant: they give no session, and their families do not need them. */
export const deleteEndedTokens = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'refresh_tokens', instant: 'expires_at' }, before, limit);

/** Deletes attempts to sign in that were made before an instant. */
export const deleteLoginAttempts = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'login_attempts', instant: 'at' }, before, limit);
