import { checkPassword, hashPassword } from '#platform/auth/password.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import type { loginRoute } from './contract.ts';
import { countAttempt } from './login-attempts.pg.ts';
import { beginFamily } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';
import { selectUserByEmail, updatePasswordHash } from './users.pg.ts';

let decoy: Promise<string> | undefined;

/**
 * Signs in. Whether the account exists shows neither in the answer nor in the time it takes.
 * @throws Problem 401 `wrong-credentials`, 429 `too-many-attempts`
 */
export async function login(sql: Sql, { email, password }: Body<typeof loginRoute>, address: string, now: Date): Promise<SessionAnswer> {
  const attempt = await countAttempt(sql, email, address, now);
  const user = await selectUserByEmail(sql, email);
  decoy ??= hashPassword('nobody has this password');
  const { right, outdated } = await checkPassword(password, user?.password_hash ?? (await decoy));
  if (!user || !right) throw new Problem('unauthenticated', 'wrong-credentials', 'E-mail address and password do not fit.');
  await attempt.forgive();
  if (outdated) await updatePasswordHash(sql, user.id, await hashPassword(password), now);
  return sessionAnswer(user, await beginFamily(sql, user.id, now), now);
}
