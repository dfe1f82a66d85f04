import type { Shopper } from '#platform/auth/shopper.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Profile } from './contract.ts';
import { profileOf, selectUser, type UserRow } from './users.pg.ts';

/** The account of a valid token; one that was erased meanwhile is signed out. */
export async function getAccount(sql: Sql, userId: string): Promise<UserRow> {
  const user = await selectUser(sql, userId);
  if (!user) throw new Problem('unauthenticated', 'unauthenticated', 'This account is gone.');
  return user;
}

/** @throws Problem 404 `user-not-found`, also when the account is another shopper's, so that ids cannot be probed */
export async function readUser(sql: Sql, id: string, { shopper }: { shopper: Shopper }): Promise<Profile> {
  const user = shopper.id === id || shopper.role === 'admin' ? await selectUser(sql, id) : undefined;
  if (!user) throw new Problem('missing', 'user-not-found', 'There is no account with this id, or it is not yours to see.');
  return profileOf(user);
}
