// POST /api/auth/refresh: the next access token, by the refresh cookie.
import { refreshRoute } from '#functions/auth/lib/contract.ts';
import { refresh } from '#functions/auth/lib/refresh.ts';
import { refreshTokenOf } from '#functions/auth/lib/refresh-cookie.ts';
import { refuseForeignOrigin } from '#platform/http/own-origin.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(refreshRoute, async ({ headers, cookies, now }) => {
  refuseForeignOrigin(headers);
  return { status: 200, ...(await refresh(refreshTokenOf(cookies), { now })) };
});
