// PUT /api/auth/profile: another name or phone number.
import { updateProfileRoute } from '#functions/auth/lib/contract.ts';
import { getAccount } from '#functions/auth/lib/read-account.ts';
import { profileOf, updateUser } from '#functions/auth/lib/users.pg.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateProfileRoute, async ({ shopper, body, now }) => {
  const user = (await updateUser(sql, shopper.id, body, now)) ?? (await getAccount(sql, shopper.id));
  return { status: 200, body: profileOf(user) };
});
