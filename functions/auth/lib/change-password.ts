import { checkPassword, hashPassword } from '#platform/auth/password.ts';
import { type Sql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import type { changePasswordRoute } from './contract.ts';
import { countAttempt } from './login-attempts.pg.ts';
import { getAccount } from './read-account.ts';
import { beginFamily, endSessionsOf } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';
import { updatePasswordHash } from './users.pg.ts';

/**
 * Changes a password, ends every session of the account and begins a new one for whoever changed it.
 * @throws Problem 403 `wrong-password`, 429 `too-many-attempts`
 */
export async function changePassword(
  sql: Sql,
  userId: string,
  { currentPassword, newPassword }: Body<typeof changePasswordRoute>,
  address: string,
  now: Date,
): Promise<SessionAnswer> {
  const user = await getAccount(sql, userId);
  const attempt = await countAttempt(sql, user.email, address, now);
  const { right } = await checkPassword(currentPassword, user.password_hash);
  if (!right)
    throw new Problem('forbidden', 'wrong-password', 'The current password is not right.', {
      errors: [{ pointer: '/currentPassword', message: 'is not right' }],
    });
  await attempt.forgive();
  const passwordHash = await hashPassword(newPassword);
  const token = await transaction(async (tx) => {
    await updatePasswordHash(tx, userId, passwordHash, now);
    await endSessionsOf(tx, userId, now);
    return beginFamily(tx, userId, now);
  });
  return sessionAnswer(user, token, now);
}
