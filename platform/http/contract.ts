import type * as z from 'zod/mini';
import type { ProblemCode } from '../problem-codes.ts';

/** Who may call a route. Callers of `webhook` routes authenticate by a signature over the raw body. */
export type AuthLevel = 'public' | 'shopper' | 'admin' | 'webhook';

type Schema = z.ZodMiniType;

/**
 * A route, declared once: validation, handler types, the SPA's client and docs/openapi.yaml all come from it.
 * `answers` maps each success status to the schema of its body (null: no body); `problems` lists the codes of its own refusals.
 */
export interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in template.yaml, e.g. `/api/products/{id}`. */
  readonly path: string;
  readonly auth: AuthLevel;
  readonly summary: string;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  readonly answers: Readonly<Record<number, Schema | null>>;
  readonly problems?: readonly ProblemCode[];
  /** What authenticates a caller besides an access token: a guest's `x-order-token`, or the refresh cookie. */
  readonly credential?: 'order-token' | 'refresh-cookie';
  /** Needs an `Idempotency-Key` header (a UUID). */
  readonly idempotent?: true;
  /** A body is allowed but may be left out. */
  readonly optionalBody?: true;
  /** CloudFront may cache the answer for a moment; all other answers are `no-store`. */
  readonly cacheable?: true;
  /** Answers carry an ETag, and whoever sends it back as `If-None-Match` gets a 304 while nothing has changed (platform/http/conditional.ts). */
  readonly conditional?: true;
  /** Answers HEAD too, as GET without the body, for probes: a second event of the function in template.yaml. */
  readonly head?: true;
}

/** Declares a route, keeping the precise types of its schemas. */
export const defineRoute = <const R extends RouteContract>(route: R): R => route;

type OutputOf<S> = S extends Schema ? z.output<S> : undefined;
type InputOf<S> = S extends Schema ? z.input<S> : undefined;

/** What a handler gets of a route: values after parsing. */
export type Params<R extends RouteContract> = OutputOf<R['params']>;
export type Query<R extends RouteContract> = OutputOf<R['query']>;
export type Body<R extends RouteContract> = OutputOf<R['body']>;

/** What a client sends: values before parsing. */
export type BodyInput<R extends RouteContract> = InputOf<R['body']>;
export type QueryInput<R extends RouteContract> = InputOf<R['query']>;
export type ParamsInput<R extends RouteContract> = InputOf<R['params']>;

type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** Exactly what a client of a route has to hand over: no more and no less than its contract asks for. */
export type RequestOf<R extends RouteContract> = (R extends { params: object } ? { params: ParamsInput<R> } : unknown) &
  (R extends { query: object } ? { query?: Loose<QueryInput<R>> } : unknown) &
  (R extends { body: object } ? (R extends { optionalBody: true } ? { body?: BodyInput<R> } : { body: BodyInput<R> }) : unknown) &
  (R extends { idempotent: true } ? { idempotencyKey: string } : unknown);

/** The body of a route's success answer. */
export type AnswerOf<R extends RouteContract> = { [S in keyof R['answers']]: OutputOf<R['answers'][S]> }[keyof R['answers']];

/** JSON text that is sent unchanged: an answer stored by an earlier try. */
export type JsonText = string & { readonly json: unique symbol };

/** A success answer: one of the route's own statuses and the body that goes with it. */
export type Answer<R extends RouteContract, S extends keyof R['answers'] & number = keyof R['answers'] & number> = {
  status: S;
  headers?: Record<string, string>;
  cookies?: string[];
} & (R['answers'][S] extends Schema ? { body: z.input<R['answers'][S]> | JsonText } : { body?: never });

/** The answer of a conditional read to whoever has the version that there is. */
export interface NotModified {
  status: 304;
  headers: { etag: string };
}
