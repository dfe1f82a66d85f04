import { demoUsers } from '../../db/seed/users.ts';
import type { Call, Reply, Shop } from './shop.ts';

/** Somebody who is signed in. */
export interface Person {
  id: string;
  /** What their requests carry. */
  headers: { authorization: string };
  /** The shop's `call`, signed in. */
  call(path: string, call?: Call): Promise<Reply>;
}

/** Signs a person of the seed in: the demo shopper or the admin. Access tokens last 15 minutes, longer than any test file. */
export async function signIn(shop: Pick<Shop, 'call'>, who: 'shopper' | 'admin'): Promise<Person> {
  const user = demoUsers.find(({ role }) => role === who);
  const { status, body } = await shop.call('/api/auth/login', { body: { email: user?.email, password: user?.password } });
  if (status !== 200) throw new Error(`The ${who} cannot sign in: ${status} ${body?.code}`);
  const headers = { authorization: `Bearer ${body.accessToken}` };
  return { id: body.user.id, headers, call: (path, call = {}) => shop.call(path, { ...call, headers: { ...call.headers, ...headers } }) };
}
