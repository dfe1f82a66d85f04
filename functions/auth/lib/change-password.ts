import { checkPassword, hashPassword } from '#platform/auth/password.ts';
import { sql, transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import type { Body } from '#platform/http/contract.ts';
import { type changePasswordRoute, passwordChanged } from './contract.ts';
import { countAttempt } from './login-attempts.pg.ts';
import { getAccount } from './read-account.ts';
import { beginSession, endSessionsOf } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';
import { replacePasswordHash } from './users.pg.ts';

/**
 * Changes a password, ends every session of the account and begins a new one for whoever changed it. Of two changes at once one wins; the
 * other's current password is then wrong.
 * @throws Problem 403 `wrong-password`, 429 `too-many-attempts`
 */
export async function changePassword(
  { currentPassword, newPassword }: Body<typeof changePasswordRoute>,
  { userId, address, now }: { userId: string; address: string; now: Date },
): Promise<SessionAnswer> {
  let user = await getAccount(sql, userId);
  const attempts = await countAttempt(sql, user.email, address, now);
  let passwordHash: string | undefined;
  for (;;) {
    const { right } = await checkPassword(currentPassword, user.password_hash);
    if (!right)
      throw new Problem('forbidden', 'wrong-password', 'The current password is not right.', {
        errors: [{ pointer: '/currentPassword', message: 'is not right' }],
      });
    passwordHash ??= await hashPassword(newPassword);
    const [checked, wanted] = [user, passwordHash];
    const token = await transaction(async (tx) => {
      const changed = await replacePasswordHash(tx, checked, wanted, now);
      if (!changed) return undefined;
      await endSessionsOf(tx, userId, now);
      await appendEvent(tx, passwordChanged, userId, { userId }, now);
      return beginSession(tx, changed, attempts, now);
    });
    if (token !== undefined) return sessionAnswer(user, token, now);
    user = await getAccount(sql, userId); // the hash changed since it was read: check against the new one
  }
}
