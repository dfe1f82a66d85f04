// The refresh token's cookie, which scripts cannot read and which goes to the account routes alone.

const name = 'kelvo_refresh';
const attributes = 'HttpOnly; Secure; SameSite=Strict; Path=/api/auth';

export const refreshCookie = (token: string, seconds: number): string => `${name}=${token}; Max-Age=${seconds}; ${attributes}`;

/** The cookie that ends the browser's copy. */
export const endedCookie = `${name}=; Max-Age=0; ${attributes}`;

/** The refresh token among a request's cookies. */
export const refreshTokenOf = (cookies: readonly string[] | undefined): string | undefined =>
  cookies?.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
