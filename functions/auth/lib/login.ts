import { checkPassword, hashPassword } from '#platform/auth/password.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import { perProcess } from '#platform/per-process.ts';
import type { loginRoute } from './contract.ts';
import { countAttempt } from './login-attempts.pg.ts';
import { beginSession } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';
import { replacePasswordHash, selectUser, selectUserByEmail } from './users.pg.ts';

/** What a password is checked against where there is no account, so that the answer takes as long. */
const decoyHash = () => perProcess('decoy-hash', () => hashPassword('nobody has this password'));

/**
 * Signs in. Whether the account exists shows neither in the answer nor in the time it takes.
 * @throws Problem 401 `wrong-credentials`, 429 `too-many-attempts`
 */
export async function login(
  sql: Sql,
  { email, password }: Body<typeof loginRoute>,
  { address, now }: { address: string; now: Date },
): Promise<SessionAnswer> {
  const attempts = await countAttempt(sql, email, address, now);
  let user = await selectUserByEmail(sql, email);
  for (;;) {
    const { right, outdated } = await checkPassword(password, user?.password_hash ?? (await decoyHash()));
    if (!user || !right) throw new Problem('unauthenticated', 'wrong-credentials', 'E-mail address and password do not fit.');
    const current = outdated ? await replacePasswordHash(sql, user, await hashPassword(password), now) : user;
    const token = current && (await beginSession(sql, current, attempts, now));
    if (token !== undefined) return sessionAnswer(user, token, now);
    // The hash changed since it was read, by a change of password or by another sign-in that hashed it anew: check against the new one.
    user = await selectUser(sql, user.id);
  }
}
