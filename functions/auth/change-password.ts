// PUT /api/auth/password: another password; every other session ends.
import { changePassword } from '#functions/auth/lib/change-password.ts';
import { changePasswordRoute } from '#functions/auth/lib/contract.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(changePasswordRoute, async ({ shopper, body, address, now }) => ({
  status: 200,
  ...(await changePassword(sql, shopper.id, body, address, now)),
}));
