import { accessTokenSeconds, signAccessToken } from '#platform/auth/access-token.ts';
import type { Session } from './contract.ts';
import { refreshTokenSeconds } from './refresh-tokens.pg.ts';
import type { UserRow } from './users.pg.ts';

/** A session as an answer carries it: the body, and the cookie that scripts cannot read. */
export interface SessionAnswer {
  body: Session;
  cookies: string[];
}

const cookieName = 'kelvo_refresh';
const attributes = 'HttpOnly; Secure; SameSite=Strict; Path=/api/auth';

/** The cookie that ends the browser's copy. */
export const endedCookie = `${cookieName}=; Max-Age=0; ${attributes}`;

export async function sessionAnswer(user: UserRow, refreshToken: string, now: Date): Promise<SessionAnswer> {
  const { id, email, name, role } = user;
  return {
    body: {
      user: { id, email, name, role },
      accessToken: await signAccessToken({ id, role }, now),
      tokenType: 'Bearer',
      expiresIn: accessTokenSeconds,
    },
    cookies: [`${cookieName}=${refreshToken}; Max-Age=${refreshTokenSeconds}; ${attributes}`],
  };
}

/** The refresh token among a request's cookies. */
export const refreshTokenOf = (cookies: readonly string[] | undefined): string | undefined =>
  cookies?.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
