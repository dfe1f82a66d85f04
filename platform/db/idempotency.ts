import { hash } from 'node:crypto';
import { Problem } from '../errors.ts';
import type { JsonText, RouteContract } from '../http/contract.ts';
import { deleteOldest } from './delete-oldest.ts';
import { sql as plainSql, type Sql, type TransactionSql, transaction, violatedConstraint } from './sql.ts';
import { type Part, together } from './together.ts';

/** A request that may come more than once. `scope` keeps callers' keys apart: the account, or `guest`. */
export interface Repeatable {
  scope: string;
  key: string;
  /** Where it was asked: the same key on another route is refused. */
  route: Pick<RouteContract, 'method' | 'path'>;
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
 * @throws Problem 409 `in-progress` while the first try still runs, 422 `idempotency-key-reused` for the same key with another body or on another route
 */
export function answerOnce<const Status extends number>(
  request: Repeatable,
  work: (sql: TransactionSql) => Promise<{ status: Status; body: object }>,
): Promise<StoredAnswer<Status>> {
  return transaction(async (sql) => {
    const [key] = await together<{ free: boolean }>(sql, { key: lockKey(request) }, 'select free from key');
    refuseInProgress(key?.free);
    const stored = await storedAnswer<Status>(request, sql);
    if (stored) return stored;
    const answer = answerOf(await work(sql));
    await together(sql, { kept: insertAnswer(request, answer) }, 'select').catch(refuseTakenKey);
    return answer;
  });
}

/**
 * Keeps an answer. For use cases that call out in between (`answerOnce` keeps by itself); where another try was faster, its answer counts.
 * @throws Problem 422 `idempotency-key-reused`
 */
export async function keepAnswer<const Status extends number>(
  request: Repeatable,
  given: { status: Status; body: object },
  sql: Sql,
): Promise<StoredAnswer<Status>> {
  const answer = answerOf(given);
  const kept = await together(
    sql,
    { kept: (bind) => `${insertAnswer(request, answer)(bind)} on conflict do nothing returning 1` },
    'select from kept',
  );
  return kept.length === 1 ? answer : ((await storedAnswer<Status>(request, sql)) ?? answer);
}

/** The kept answer to a request, if it was answered before. For use cases that must know before they call out (`answerOnce` looks by itself). */
export async function storedAnswer<Status extends number>(
  request: Repeatable,
  sql: Sql = plainSql,
): Promise<StoredAnswer<Status> | undefined> {
  const [row] = await together<KeptAnswer<Status>>(sql, { stored: selectAnswer(request) }, 'select * from stored');
  return replay(request, row);
}

// The steps of `answerOnce`, for a use case that combines each with SQL of its own.

/** Locks the key until the transaction ends: `free` is false while another try has it. What it protects is read in a later statement. */
export const lockKey =
  ({ scope, key }: Repeatable): Part =>
  (bind) =>
    `select pg_try_advisory_xact_lock(hashtextextended(${bind(`${scope}:${key}`)}, 0)) as free`;

/** @throws Problem 409 `in-progress` unless the key was free */
export function refuseInProgress(free: boolean | undefined): void {
  if (free) return;
  throw new Problem(
    'conflict',
    'in-progress',
    'The first request with this Idempotency-Key is still being worked on. Please ask again shortly.',
  );
}

/**
 * For an `insertAnswer` that failed: `keepAnswer` takes no lock, so another route may have written its answer under the same key since it was read.
 * @throws Problem 409 `in-progress` (who asks again hears that the key was used), or the error where it is another one
 */
export function refuseTakenKey(error: unknown): never {
  refuseInProgress(violatedConstraint(error) !== 'idempotency_keys_pkey');
  throw error;
}

/** A row of `idempotency_keys`; `route` is null in those that the release before has kept. */
export interface KeptAnswer<Status extends number> {
  body_hash: string;
  route: string | null;
  status: Status;
  answer: JsonText;
}

export const selectAnswer =
  ({ scope, key }: Repeatable): Part =>
  (bind) =>
    `select body_hash, route, status, answer from idempotency_keys where scope = ${bind(scope)} and key = ${bind(key)}`;

/**
 * What a kept row answers to a request; undefined without a row.
 * @throws Problem 422 `idempotency-key-reused`
 */
export function replay<Status extends number>(
  request: Repeatable,
  row: KeptAnswer<Status> | null | undefined,
): StoredAnswer<Status> | undefined {
  if (!row) return undefined;
  if (row.body_hash !== hashOf(request.body) || (row.route !== null && row.route !== routeKey(request))) {
    throw new Problem('unprocessable', 'idempotency-key-reused', 'This Idempotency-Key was used for another request. Make a new one.');
  }
  return { status: row.status, body: row.answer };
}

export const insertAnswer =
  (request: Repeatable, { status, body }: StoredAnswer<number>): Part =>
  (bind) =>
    `insert into idempotency_keys (scope, key, route, body_hash, status, answer, created_at)
       values (${[request.scope, request.key, routeKey(request), hashOf(request.body), status, body, request.now].map(bind).join(', ')})`;

/** An answer as it is kept. */
export const answerOf = <const Status extends number>({ status, body }: { status: Status; body: object }): StoredAnswer<Status> => ({
  status,
  body: JSON.stringify(body) as JsonText,
});

const routeKey = ({ route }: Repeatable): string => `${route.method} ${route.path}`;

/** Bodies come here after validation, which puts keys into the schema's order: the same content has the same hash. */
const hashOf = (body: unknown) => hash('sha256', JSON.stringify(body), 'base64url');

/** Forgets answers that were given before an instant. */
export const deleteIdempotencyKeys = (sql: Sql, before: Date, limit: number): Promise<number> =>
  deleteOldest(sql, { table: 'idempotency_keys', instant: 'created_at' }, before, limit);
