import { hash, randomBytes } from 'node:crypto';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import { type UserRow, userColumns } from './users.pg.ts';

// Whatever changes an account's sessions locks the account's row first (`lockOwner`, a change of password), in a statement of its own: what is
// read after it is the newest. Tokens come and go and could not be the lock. A new session locks it too, for share: sessions may begin together.

/** A session ends when it is not used for this long. */
export const refreshTokenSeconds = 30 * 24 * 3600;
/** How long a used token still works while its successor is unused: two tabs at once, or a reload before the answer came. */
const graceMs = 30_000;

interface TokenState {
  id: string;
  family_id: string;
  expires_at: string;
  used_at: string | null;
  revoked_at: string | null;
  successor_used: boolean;
  sibling_used: boolean;
}

const hashOf = (token: string) => hash('sha256', token, 'base64url');
const newToken = () => randomBytes(32).toString('base64url');

/**
 * Begins a session: the first token of a new family. Only while the account's password is still the one that was checked: one statement
 * checks the hash under a lock and inserts, so that no session begins with a password that was changed meanwhile.
 * @param user as it was when the password was checked
 * @param attempts what `countAttempt` counted: a right password takes it back
 * @returns undefined when the password's hash is another by now
 */
export async function beginSession(
  sql: Sql,
  user: Pick<UserRow, 'id' | 'password_hash'>,
  attempts: readonly string[],
  now: Date,
): Promise<string | undefined> {
  const token = newToken();
  const begun = await sql(
    `with account as (select id from users where id = $1 and password_hash = $2 for share),
          forgiven as (delete from login_attempts where id = any($3::uuid[]) and exists (select from account))
     insert into refresh_tokens (id, family_id, user_id, token_hash, created_at, expires_at)
       select $4, $4, id, $5, $6::timestamptz, $6::timestamptz + make_interval(secs => $7) from account returning id`,
    [user.id, user.password_hash, attempts, newId(), hashOf(token), now, refreshTokenSeconds],
  );
  return begun.length === 1 ? token : undefined;
}

/** Locks the account that a token belongs to until the transaction ends, and gives it: one use of its tokens at a time. */
export async function lockOwner(sql: TransactionSql, token: string): Promise<UserRow | undefined> {
  const [owner] = await sql<UserRow>(
    `select ${userColumns} from users where id = (select user_id from refresh_tokens where token_hash = $1) for no key update`,
    [hashOf(token)],
  );
  return owner;
}

/**
 * Uses a token, whose owner is locked: gives its successor. A token that is used again after its grace, or whose sibling is in use, was stolen
 * from someone: the whole family ends (RFC 9700, 4.14.2).
 * @returns undefined when the token is unknown, over, revoked or stolen
 */
export async function rotateToken(sql: TransactionSql, token: string, now: Date): Promise<string | undefined> {
  const [row] = await sql<TokenState>(
    `select id, family_id, expires_at, used_at, revoked_at,
            exists (select from refresh_tokens s where s.predecessor_id = t.id and s.used_at is not null) as successor_used,
            exists (select from refresh_tokens s where s.predecessor_id = t.predecessor_id and s.id <> t.id and s.used_at is not null) as sibling_used
       from refresh_tokens t where token_hash = $1`,
    [hashOf(token)],
  );
  if (!row || row.revoked_at !== null || Date.parse(row.expires_at) <= now.getTime()) return undefined;
  const pastGrace = row.used_at !== null && (row.successor_used || now.getTime() - Date.parse(row.used_at) > graceMs);
  if (pastGrace || row.sibling_used) {
    await sql('update refresh_tokens set revoked_at = $2 where family_id = $1 and revoked_at is null', [row.family_id, now]);
    return undefined;
  }
  const successor = newToken();
  await sql(
    `with used as (update refresh_tokens set used_at = coalesce(used_at, $2) where id = $1 returning id, family_id, user_id)
     insert into refresh_tokens (id, family_id, predecessor_id, user_id, token_hash, created_at, expires_at)
       select $3, family_id, id, user_id, $4, $2::timestamptz, $2::timestamptz + make_interval(secs => $5) from used`,
    [row.id, now, newId(), hashOf(successor), refreshTokenSeconds],
  );
  return successor;
}

/** Ends the session that a token belongs to, whose owner is locked. */
export async function endSession(sql: TransactionSql, token: string, now: Date): Promise<void> {
  await sql(
    'update refresh_tokens set revoked_at = $2 where revoked_at is null and family_id = (select family_id from refresh_tokens where token_hash = $1)',
    [hashOf(token), now],
  );
}

/** Ends all sessions of a locked account. */
export async function endSessionsOf(sql: TransactionSql, userId: string, now: Date): Promise<void> {
  await sql('update refresh_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null', [userId, now]);
}
