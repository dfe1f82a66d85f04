import { transaction } from '#platform/db/sql.ts';
import { endSession, lockOwner } from './refresh-tokens.pg.ts';

/** Ends the session that a refresh token belongs to, also the token that a refresh under way is making. An unknown token is no error. */
export const logout = (token: string, { now }: { now: Date }): Promise<void> =>
  transaction(async (sql) => {
    if (await lockOwner(sql, token)) await endSession(sql, token, now);
  });
