import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { endedCookie } from './refresh-cookie.ts';
import { lockOwner, rotateToken } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';

/** Gives a new access token and the next refresh token. @throws Problem 401 `session-ended`; the browser's cookie ends with it */
export async function refresh(token: string | undefined, { now }: { now: Date }): Promise<SessionAnswer> {
  const session = token === undefined ? undefined : await rotateOnce(token, now);
  if (session) return sessionAnswer(session.user, session.token, now);
  throw new Problem(
    'unauthenticated',
    'session-ended',
    'The session has ended. Please sign in again.',
    {},
    { headers: { 'set-cookie': endedCookie } },
  );
}

const rotateOnce = (token: string, now: Date) =>
  transaction(async (sql) => {
    const user = await lockOwner(sql, token);
    const successor = user && (await rotateToken(sql, token, now));
    return successor === undefined || user === undefined ? undefined : { user, token: successor };
  });
