import { accessTokenSeconds, signAccessToken } from '#platform/auth/access-token.ts';
import type { Session } from './contract.ts';
import { refreshCookie } from './refresh-cookie.ts';
import { refreshTokenSeconds } from './refresh-tokens.pg.ts';
import type { UserRow } from './users.pg.ts';

/** A session as an answer carries it: the body, and the cookie that scripts cannot read. */
export interface SessionAnswer {
  body: Session;
  cookies: string[];
}

export async function sessionAnswer(user: UserRow, refreshToken: string, now: Date): Promise<SessionAnswer> {
  const { id, email, name, role } = user;
  return {
    body: {
      user: { id, email, name, role },
      accessToken: await signAccessToken({ id, role }, now),
      tokenType: 'Bearer',
      expiresIn: accessTokenSeconds,
    },
    cookies: [refreshCookie(refreshToken, refreshTokenSeconds)],
  };
}
