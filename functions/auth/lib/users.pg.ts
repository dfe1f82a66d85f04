import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Profile } from './contract.ts';

export interface UserRow extends Profile {
  password_hash: string;
}

/** What `UserRow` is read from. */
export const userColumns = 'id, email, name, role, phone, password_hash';

export async function selectUserByEmail(sql: Sql, email: string): Promise<UserRow | undefined> {
  const [user] = await sql<UserRow>(`select ${userColumns} from users where lower(email) = lower($1)`, [email]);
  return user;
}

export async function selectUser(sql: Sql, id: string): Promise<UserRow | undefined> {
  const [user] = await sql<UserRow>(`select ${userColumns} from users where id = $1`, [id]);
  return user;
}

/** @throws Problem 409 `email-taken` */
export async function insertUser(
  sql: Sql,
  user: { email: string; name: string; passwordHash: string; role?: Profile['role'] },
  now: Date,
): Promise<UserRow> {
  try {
    const [row] = await sql<UserRow>(
      `insert into users (id, email, name, role, password_hash, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6) returning ${userColumns}`,
      [newId(), user.email, user.name, user.role ?? 'shopper', user.passwordHash, now],
    );
    return row as UserRow;
  } catch (error) {
    if (violatedConstraint(error) === 'users_email')
      throw new Problem('conflict', 'email-taken', 'There is an account with this e-mail address already.');
    throw error;
  }
}

/** @param phone undefined leaves it as it is */
export async function updateUser(
  sql: Sql,
  id: string,
  { name, phone }: { name: string; phone?: string | null | undefined },
  now: Date,
): Promise<UserRow | undefined> {
  const [user] = await sql<UserRow>(
    `update users set name = $2, phone = case when $3 then $4 else phone end, updated_at = $5 where id = $1 returning ${userColumns}`,
    [id, name, phone !== undefined, phone ?? null, now],
  );
  return user;
}

/**
 * Puts another hash in place of the one that was read and checked. Locks the account's row until the transaction ends.
 * @returns undefined when the hash is another by now, and stays that
 */
export async function replacePasswordHash(
  sql: Sql,
  { id, password_hash }: Pick<UserRow, 'id' | 'password_hash'>,
  passwordHash: string,
  now: Date,
): Promise<UserRow | undefined> {
  const [user] = await sql<UserRow>(
    `update users set password_hash = $3, updated_at = $4 where id = $1 and password_hash = $2 returning ${userColumns}`,
    [id, password_hash, passwordHash, now],
  );
  return user;
}

export const profileOf = ({ id, email, name, role, phone }: UserRow): Profile => ({ id, email, name, role, phone });
