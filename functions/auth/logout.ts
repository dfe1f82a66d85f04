// POST /api/auth/logout: end the session.
import { logoutRoute } from '#functions/auth/lib/contract.ts';
import { logout } from '#functions/auth/lib/logout.ts';
import { endedCookie, refreshTokenOf } from '#functions/auth/lib/refresh-cookie.ts';
import { refuseForeignOrigin } from '#platform/http/own-origin.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(logoutRoute, async ({ headers, cookies, now }) => {
  refuseForeignOrigin(headers);
  const token = refreshTokenOf(cookies);
  if (token !== undefined) await logout(token, { now });
  return { status: 204, cookies: [endedCookie] };
});
