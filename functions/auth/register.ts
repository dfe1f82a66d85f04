// POST /api/auth/register: a new account, signed in.
import { registerRoute } from '#functions/auth/lib/contract.ts';
import { register } from '#functions/auth/lib/register.ts';
import { route } from '#platform/http/route.ts';

export const handler = route(registerRoute, async ({ body, now }) => ({ status: 201, ...(await register(body, { now })) }));
