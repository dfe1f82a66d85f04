import type { Shopper } from '#platform/auth/shopper.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Params } from '#platform/http/contract.ts';
import type { getUserRoute, Profile } from './contract.ts';
import { profileOf, selectUser, type UserRow } from './users.pg.ts';

/** The account of a valid token; one that was erased meanwhile is signed out. */
export async function getAccount(sql: Sql, userId: string): Promise<UserRow> {
  const user = await selectUser(sql, userId);
  if (!user) throw accountGone();
  return user;
}

/** An account for the shop's own work: nobody asks, so nobody has to be allowed. */
export async function findAccount(sql: Sql, userId: string): Promise<Profile | undefined> {
  const user = await selectUser(sql, userId);
  return user && profileOf(user);
}

/** The answer to a valid token whose account was erased. */
export const accountGone = () => new Problem('unauthenticated', 'unauthenticated', 'This account is gone.');

/** @throws Problem 404 `user-not-found`, also when the account is another shopper's, so that ids cannot be probed */
export async function readUser(sql: Sql, { id }: Params<typeof getUserRoute>, { shopper }: { shopper: Shopper }): Promise<Profile> {
  const user = shopper.id === id || shopper.role === 'admin' ? await selectUser(sql, id) : undefined;
  if (!user) throw new Problem('missing', 'user-not-found', 'There is no account with this id, or it is not yours to see.');
  return profileOf(user);
}
