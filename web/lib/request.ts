import type { AnswerOf, RequestOf, RouteContract } from '#platform/http/contract.ts';
import { urlOf } from '#platform/http/url-of.ts';
import { ApiProblem, badAnswer, networkProblem, problemOf } from './problem.ts';
import { noteRoom } from './room-left.ts';
import type { WebRoute } from './routes.ts';

/** Exactly what the route's contract asks for. */
export type Request<R extends RouteContract> = RequestOf<R> &
  (R extends { conditional: true }
    ? {
        /** An earlier answer to the same question: the very same object is given again while nothing has changed. */
        known?: AnswerOf<R> | undefined;
      }
    : unknown) & {
    /** A guest's access token for an order. */
    orderToken?: string | undefined;
    signal?: AbortSignal;
  };

interface AnyRequest {
  params?: Record<string, string>;
  query?: Record<string, string | undefined>;
  body?: unknown;
  idempotencyKey?: string;
  orderToken?: string;
  signal?: AbortSignal;
  known?: object;
}

/** The ETag of each answer that had one. Here and not in the browser's cache, since `no-store` keeps orders off a shared device's disk. */
const etags = new WeakMap<object, string>();

const patienceMs = 30_000;

/**
 * Sends one request and reads its answer.
 * @param accessToken the signed-in user's; a guest has none
 * @throws ApiProblem whatever goes wrong; an abort by `signal` is rethrown as it is
 */
export async function send<R extends RouteContract>(
  route: WebRoute<R>,
  request: Request<R>,
  accessToken?: string | undefined,
): Promise<AnswerOf<R>> {
  const { params, query, body, idempotencyKey, orderToken, signal, known } = request as AnyRequest;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
  if (orderToken) headers['x-order-token'] = orderToken;
  if (accessToken) headers.authorization = `Bearer ${accessToken}`;
  const etag = known && etags.get(known);
  if (etag) headers['if-none-match'] = etag;
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(urlOf(route.path, params, query), {
      method: route.method,
      headers,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    noteRoom(response.headers);
    if (response.status === 304) return known as AnswerOf<R>;
    return (await read(response)) as AnswerOf<R>;
  } catch (error) {
    if (error instanceof ApiProblem || signal?.aborted) throw error;
    throw networkProblem();
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  const body = parse(text);
  if (!response.ok) throw problemOf(response.status, body, response.headers.get('retry-after'));
  if (text !== '' && body === undefined) throw badAnswer(response.status);
  const etag = response.headers.get('etag');
  if (etag && typeof body === 'object' && body !== null) etags.set(body, etag);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
