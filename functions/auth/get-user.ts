// GET /api/users/{id}: an account, for its owner and for admins.
import { getUserRoute } from '#functions/auth/lib/contract.ts';
import { readUser } from '#functions/auth/lib/read-account.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getUserRoute, async ({ params, shopper }) => ({
  status: 200,
  body: await readUser(sql, params, { shopper }),
}));
