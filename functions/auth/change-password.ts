// PUT /api/auth/password: another password; every other session ends.
import { changePassword } from '#functions/auth/lib/change-password.ts';
import { changePasswordRoute } from '#functions/auth/lib/contract.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(changePasswordRoute, async ({ shopper, body, address, now }) => ({
  status: 200,
  ...(await changePassword(body, { userId: shopper.id, address, now })),
}));
