import { hashPassword } from '#platform/auth/password.ts';
import { transaction } from '#platform/db/sql.ts';
import { appendEvent } from '#platform/events/outbox.pg.ts';
import type { Body } from '#platform/http/contract.ts';
import { type registerRoute, userRegistered } from './contract.ts';
import { beginSession } from './refresh-tokens.pg.ts';
import { type SessionAnswer, sessionAnswer } from './session.ts';
import { insertUser } from './users.pg.ts';

/** Makes an account and signs it in. @throws Problem 409 `email-taken` */
export async function register({ email, password, name }: Body<typeof registerRoute>, { now }: { now: Date }): Promise<SessionAnswer> {
  const passwordHash = await hashPassword(password);
  const { user, token } = await transaction(async (sql) => {
    const user = await insertUser(sql, { email, name, passwordHash }, now);
    await appendEvent(sql, userRegistered, user.id, { userId: user.id }, now);
    return { user, token: (await beginSession(sql, user, [], now)) as string }; // nobody else can have changed its password yet
  });
  return sessionAnswer(user, token, now);
}
