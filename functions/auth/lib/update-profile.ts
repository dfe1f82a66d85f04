import type { Sql } from '#platform/db/sql.ts';
import type { Body } from '#platform/http/contract.ts';
import type { Profile, updateProfileRoute } from './contract.ts';
import { accountGone } from './read-account.ts';
import { profileOf, updateUser } from './users.pg.ts';

/** Changes the name, and the phone number where the body has one. @throws Problem 401 `unauthenticated` when the account was erased meanwhile */
export async function updateProfile(
  sql: Sql,
  body: Body<typeof updateProfileRoute>,
  { userId, now }: { userId: string; now: Date },
): Promise<Profile> {
  const user = await updateUser(sql, userId, body, now);
  if (!user) throw accountGone();
  return profileOf(user);
}
