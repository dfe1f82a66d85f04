import { hash } from 'node:crypto';
import { Problem } from '../errors.ts';
import type { JsonText } from '../http/contract.ts';
import { deleteOldest } from './delete-oldest.ts';
import { sql as plainSql, type Sql, type TransactionSql, transaction } from './sql.ts';

/** A request that may come more than once. `scope` keeps callers' keys apart: the account, or `guest`. */
export interface Repeatable {
  scope: string;
  key: string;
  /** What was asked, path parameters included: the same key with another body is refused. */
  body: unknown;
  now: Date;
}

/** A committed answer: `body` is JSON text, so a replay is the same to the byte. */
export interface StoredAnswer<Status extends number> {
  status: Status;
  body: JsonText;
}

/**
 * Does `work` and keeps its answer in one transaction; a repeat gets the kept answer and does nothing. A try that throws leaves the key unused.
 * @throws Problem 409 `in-progress` while the first try still runs, 422 `idempotency-key-reused` for the same key with another body
 */
export function answerOnce<const Status extends number>(
  request: Repeatable,
  work: (sql: TransactionSql) => Promise<{ status: Status; body: object }>,
): Promise<StoredAnswer<Status>> {
  return transaction(async (sql) => {
    const [lock] = await sql<{ taken: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken', [
      `${request.scope}:${request.key}`,
    ]);
    if (!lock?.taken)
      throw new Problem(
        'conflict',
        'in-progress',
        'The first request with this Idempotency-Key is still being worked on. Please ask again shortly.',
      );
    const stored = await storedAnswer<Status>(request, sql);
    if (stored) return stored;
    const { status, body } = await work(sql);
    const answer = { status, body: JSON.stringify(body) as JsonText };
    await sql('insert into idempotency_keys (scope, key, body_hash, status, answer, created_at) values ($1, $2, $3, $4, $5, $6)', [
      request.scope,
      request.key,
      hashOf(request.body),
      answer.status,
      answer.body,
      request.now,
    ]);
    return answer;
  });
}

/**
 * Keeps an answer. For use cases that call out in between (`answerOnce` keeps by itself); where another try was faster, its answer counts.
 * @throws Problem 422 `idempotency-key-reused`
 */
export async function keepAnswer<const Status extends number>(
  request: Repeatable,
  { status, body }: { status: Status; body: object },
  sql: Sql,
): Promise<StoredAnswer<Status>> {
  const { scope, key, now } = request;
  const answer = { status, body: JSON.stringify(body) as JsonText };
  const kept = await sql(
    `insert into idempotency_keys (scope, key, body_hash, status, answer, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning 1 as kept`,
    [scope, key, hashOf(request.body), answer.status, answer.body, now],
  );
  return kept.length === 1 ? answer : ((await storedAnswer<Status>(request, sql)) ?? answer);
}

/** The kept answer to a request, if it was answered before. For use cases that must know before they call out (`answerOnce` looks by itself). */
export async function storedAnswer<Status extends number>(
  { scope, key, body }: Repeatable,
  sql: Sql = plainSql,
): Promise<StoredAnswer<Status> | undefined> {
  const [row] = await sql<{ body_hash: string; status: Status; answer: JsonText }>(
    'select body_hash, status, answer from idempotency_keys where scope = $1 and key = $2',
    [scope, key],
  );
  if (!row) return undefined;
  if (row.body_hash !== hashOf(body))
    throw new Problem('unprocessable', 'idempotency-key-reused', 'This Idempotency-Key was used for another request. Make a new one.');
  return { status: row.status, body: row.answer };
}

/** Bodies come here after validation, which puts keys into the schema's order: the same content has the same hash. */
const hashOf = (body: unknown) => hash('sha256', JSON.stringify(body), 'base64url');

/** Forgets answers that were given before an instant. */
export const deleteIdempotencyKeys = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'idempotency_keys', instant: 'created_at' }, before, limit);
