import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { endedCookie } from './refresh-cookie.ts';
import { rotateToken } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';
import { selectUser } from './users.pg.ts';

/** Gives a new access token and the next refresh token. @throws Problem 401 `session-ended`; the browser's cookie ends with it */
export async function refresh(token: string | undefined, now: Date): Promise<SessionAnswer> {
  const session = await transaction(async (sql) => {
    const rotated = token === undefined ? undefined : await rotateToken(sql, token, now);
    const user = rotated && (await selectUser(sql, rotated.userId));
    return user && { user, token: rotated.token };
  });
  if (!session)
    throw new Problem(
      'unauthenticated',
      'session-ended',
      'The session has ended. Please sign in again.',
      {},
      { headers: { 'set-cookie': endedCookie } },
    );
  return sessionAnswer(session.user, session.token, now);
}
