// GET /api/auth/profile: your account.
import { getProfileRoute } from '#functions/auth/lib/contract.ts';
import { getAccount } from '#functions/auth/lib/read-account.ts';
import { profileOf } from '#functions/auth/lib/users.pg.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(getProfileRoute, async ({ shopper }) => ({ status: 200, body: profileOf(await getAccount(sql, shopper.id)) }));
