// POST /api/auth/login: sign in.
import { loginRoute } from '#functions/auth/lib/contract.ts';
import { login } from '#functions/auth/lib/login.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(loginRoute, async ({ body, address, now }) => ({
  status: 200,
  ...(await login(sql, body, { address, now })),
}));
