import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Shopper } from '../auth/shopper.ts';
import type { Counted } from '../cache/rate-window.ts';
import type { Body, Params, Query, RouteContract } from './contract.ts';
import type { Place } from './edge.ts';

/** A request as a handler sees it: allowed, parsed and checked against the route's contract. */
export interface Request<R extends RouteContract = RouteContract> {
  params: Params<R>;
  query: Query<R>;
  body: Body<R>;
  headers: Record<string, string | undefined>;
  /** The caller, if they sent a valid access token; always set on routes for shoppers and admins. */
  shopper: R['auth'] extends 'shopper' | 'admin' ? Shopper : Shopper | undefined;
  cookies: readonly string[] | undefined;
  /** The caller's network address. */
  address: string;
  /** Where the caller probably is, to be shown to people. */
  place: Place;
  /** The header `x-order-token`: gives a guest access to their order. */
  orderToken: string | undefined;
  /** The header `Idempotency-Key`; always set on routes that need one. */
  idempotencyKey: string;
  /** The instant the request began. */
  now: Date;
  /** Aborts when the request is answered with a time-out: nothing that cannot be undone (a charge, a refund) may begin after that. */
  signal: AbortSignal;
  /** The body as sent: what a webhook's signature covers. */
  rawBody: Buffer;
  /** Adds fields, such as ids, to the request's log line. */
  note(fields: Record<string, unknown>): void;
}

/** What a handler returned, before it becomes API Gateway's result. */
export interface HandlerAnswer {
  status: number;
  /** A string is sent as it stands (already JSON), anything else serialised. */
  body?: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** A request's count under way, against the limit of its address or of its account. */
export interface Counting {
  who: string;
  limit: number;
  counted: Promise<Counted>;
}

/** A request on its way through the middlewares, each of which adds its part: what they have parsed has a type in `Request` only. */
interface RequestUnderWay extends Omit<Request, 'params' | 'query' | 'body' | 'signal'> {
  params?: unknown;
  query?: unknown;
  body?: unknown;
  notes: Record<string, unknown>;
  /** What the answer says of the rate limit. */
  limits?: Record<string, string>;
  countings?: Counting[];
  startedAt: number;
  /** Of the faults' state, where it was due: ends before the answer leaves. */
  readingFaults?: Promise<void> | undefined;
  answer?: HandlerAnswer;
}

/** API Gateway's event, with the request that the middlewares make of it. */
export interface RouteEvent extends APIGatewayProxyEventV2 {
  request: RequestUnderWay;
}

/** A middleware of every route. */
export type RouteMiddleware = middy.MiddlewareObj<RouteEvent, APIGatewayProxyStructuredResultV2>;
