import { hash, randomBytes } from 'node:crypto';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';

/** A session ends when it is not used for this long. */
export const refreshTokenSeconds = 30 * 24 * 3600;
/** How long a used token still works while its successor is unused: two tabs at once, or a reload before the answer came. */
const graceMs = 30_000;

interface TokenRow {
  id: string;
  family_id: string;
  predecessor_id: string | null;
  user_id: string;
  expires_at: string;
  used_at: string | null;
  revoked_at: string | null;
}

const hashOf = (token: string) => hash('sha256', token, 'base64url');

/** Begins a session: the first token of a new family. */
export async function beginFamily(sql: Sql, userId: string, now: Date): Promise<string> {
  const id = newId();
  return insertToken(sql, { id, familyId: id, predecessorId: null, userId }, now);
}

/**
 * Uses a token: gives its successor and whose it is. A token that is used again after its grace, or whose sibling is in use, was stolen
 * from someone: the whole family ends (RFC 9700, 4.14.2).
 * @returns undefined when the token is unknown, over, revoked or stolen
 */
export async function rotateToken(sql: TransactionSql, token: string, now: Date): Promise<{ token: string; userId: string } | undefined> {
  const [found] = await sql<{ family_id: string }>('select family_id from refresh_tokens where token_hash = $1', [hashOf(token)]);
  if (!found) return undefined;
  await sql('select from refresh_tokens where id = $1 for update', [found.family_id]); // one use in a family at a time
  const family = await sql<TokenRow & { token_hash: string }>('select * from refresh_tokens where family_id = $1', [found.family_id]);
  const row = family.find((each) => each.token_hash === hashOf(token));
  if (!row || row.revoked_at !== null || Date.parse(row.expires_at) <= now.getTime()) return undefined;
  const successorUsed = family.some((each) => each.predecessor_id === row.id && each.used_at !== null);
  const siblingUsed =
    row.predecessor_id !== null &&
    family.some((each) => each.predecessor_id === row.predecessor_id && each.id !== row.id && each.used_at !== null);
  const pastGrace = row.used_at !== null && (successorUsed || now.getTime() - Date.parse(row.used_at) > graceMs);
  if (pastGrace || siblingUsed) {
    await revokeFamily(sql, row.family_id, now);
    return undefined;
  }
  await sql('update refresh_tokens set used_at = coalesce(used_at, $2) where id = $1', [row.id, now]);
  const successor = await insertToken(sql, { id: newId(), familyId: row.family_id, predecessorId: row.id, userId: row.user_id }, now);
  return { token: successor, userId: row.user_id };
}

/** Ends the session that a token belongs to; an unknown one is no error. */
export async function endSession(sql: Sql, token: string, now: Date): Promise<void> {
  await sql(
    'update refresh_tokens set revoked_at = $2 where revoked_at is null and family_id = (select family_id from refresh_tokens where token_hash = $1)',
    [hashOf(token), now],
  );
}

/** Ends all of a user's sessions. */
export async function endSessionsOf(sql: Sql, userId: string, now: Date): Promise<void> {
  await sql('update refresh_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null', [userId, now]);
}

async function revokeFamily(sql: Sql, familyId: string, now: Date): Promise<void> {
  await sql('update refresh_tokens set revoked_at = $2 where family_id = $1 and revoked_at is null', [familyId, now]);
}

async function insertToken(
  sql: Sql,
  { id, familyId, predecessorId, userId }: { id: string; familyId: string; predecessorId: string | null; userId: string },
  now: Date,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await sql(
    `insert into refresh_tokens (id, family_id, predecessor_id, user_id, token_hash, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6::timestamptz, $6::timestamptz + make_interval(secs => $7))`,
    [id, familyId, predecessorId, userId, hashOf(token), now, refreshTokenSeconds],
  );
  return token;
}
