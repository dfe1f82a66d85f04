import type { AnswerOf, RequestOf, RouteContract } from '#platform/http/contract.ts';
import { urlOf } from '#platform/http/url-of.ts';
import type { ProblemCode } from '#platform/problem-codes.ts';

/** One HTTP request of a journey, and the time that the person lets go by before it. */
export interface Step {
  thinkMs: number;
  /** Method and template, as figures are kept by: `GET /api/products/{id}`. */
  route: string;
  method: string;
  /** With its query; begins with `/api/`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  /** Codes of refusals that belong to the journey: they count as answered well. */
  expected: readonly string[];
}

/** What came of a step. */
export interface Reply {
  /** 0: there was no answer. */
  status: number;
  /** Of the problem document, or why there was no answer. */
  code?: string;
  body?: unknown;
  /** Of the header Retry-After. */
  retryAfterMs?: number;
}

/** A journey: gives its steps one by one, and is handed what came of each. Pure: it neither waits nor asks. */
export type Journey<T = void> = Generator<Step, T, Reply>;

export interface Way {
  /** Default 60 ms: as far apart as requests of one page are. */
  thinkMs?: number;
  accessToken?: string | undefined;
  orderToken?: string | undefined;
  expected?: readonly ProblemCode[];
}

/** Asks a route of the shop, once. @returns the answer's body, or the refusal */
export function* tryOnce<R extends RouteContract>(
  route: R,
  request: RequestOf<R>,
  { thinkMs = 60, accessToken, orderToken, expected = [] }: Way = {},
): Journey<{ answer: AnswerOf<R> } | { refusal: Reply }> {
  const { params, query, body, idempotencyKey } = request as {
    params?: Record<string, string>;
    query?: Record<string, string | undefined>;
    body?: unknown;
    idempotencyKey?: string;
  };
  const reply = yield {
    thinkMs,
    route: `${route.method} ${route.path}`,
    method: route.method,
    path: urlOf(route.path, params, query),
    headers: {
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
      ...(orderToken && { 'x-order-token': orderToken }),
    },
    ...(body === undefined ? {} : { body }),
    expected,
  };
  return reply.status >= 200 && reply.status < 300 ? { answer: reply.body as AnswerOf<R> } : { refusal: reply };
}

/** Asks a route of the shop, once. @returns the answer's body; undefined when there was none, and the person goes without */
export function* ask<R extends RouteContract>(route: R, request: RequestOf<R>, way: Way = {}): Journey<AnswerOf<R> | undefined> {
  const result = yield* tryOnce(route, request, way);
  return 'answer' in result ? result.answer : undefined;
}

/** The longest that a person waits before pressing a button again. */
const mostPatienceMs = 5_000;

/**
 * Presses a button that matters, and presses it again, twice at most, where the shop did not answer or says that it is away: with the same
 * `Idempotency-Key`, as a browser does that does not know whether the first one arrived.
 */
export function* insist<R extends RouteContract>(route: R, request: RequestOf<R>, way: Way = {}): Journey<AnswerOf<R> | undefined> {
  let thinkMs = way.thinkMs;
  for (let tries = 1; ; tries += 1) {
    const result = yield* tryOnce(route, request, { ...way, ...(thinkMs !== undefined && { thinkMs }) });
    if ('answer' in result) return result.answer;
    const { status, retryAfterMs = 1_000, code } = result.refusal;
    const mayComeBack = status === 0 || status === 429 || status >= 500 || code === 'in-progress';
    if (!mayComeBack || tries === 3) return undefined;
    thinkMs = Math.min(retryAfterMs, mostPatienceMs);
  }
}
