// POST /api/auth/logout: end the session.
import { logoutRoute } from '#functions/auth/lib/contract.ts';
import { endedCookie, refreshTokenOf } from '#functions/auth/lib/refresh-cookie.ts';
import { endSession } from '#functions/auth/lib/refresh-tokens.pg.ts';
import { sql } from '#platform/db/sql.ts';
import { refuseForeignOrigin } from '#platform/http/own-origin.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(logoutRoute, async ({ headers, cookies, now }) => {
  refuseForeignOrigin(headers);
  const token = refreshTokenOf(cookies);
  if (token !== undefined) await endSession(sql, token, now);
  return { status: 204, cookies: [endedCookie] };
});
