// PUT /api/auth/profile: another name or phone number.
import { updateProfileRoute } from '#functions/auth/lib/contract.ts';
import { updateProfile } from '#functions/auth/lib/update-profile.ts';
import { sql } from '#platform/db/sql.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(updateProfileRoute, async ({ shopper, body, now }) => ({
  status: 200,
  body: await updateProfile(sql, body, { userId: shopper.id, now }),
}));
