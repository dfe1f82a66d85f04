import { hash } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Problem } from '../errors.ts';
import { activeTrace } from '../telemetry/trace.ts';
import { names } from './conditional.ts';
import type { RouteContract } from './contract.ts';
import { documentOf, problemDocument } from './problem-document.ts';
import type { RouteMiddleware } from './request.ts';

// The API answers data, never pages: no answer may be framed, MIME-sniffed or executed.
const securityHeaders = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

// CloudFront may cache for 2 s, and serve stale for 1 s more while it revalidates, so that no read is older than 5 s.
const edgeCache = 'public, max-age=0, s-maxage=2, stale-while-revalidate=1';

/** Turns what a handler returns into API Gateway's result (ETag and 304 on cacheable reads), and what it throws into a problem document. */
export function answer(contract: Pick<RouteContract, 'method' | 'cacheable'>): RouteMiddleware {
  return {
    after: function answerAfter(request) {
      const { answer, limits } = request.event.request;
      if (!answer) throw new Error('The handler gave no answer');
      const { status, body, headers, cookies } = answer;
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const result = {
        statusCode: status,
        headers: { ...securityHeaders, 'cache-control': contract.cacheable ? edgeCache : 'no-store', ...limits, ...headers } as Record<
          string,
          string
        >,
        ...(cookies ? { cookies } : {}),
        body: text,
      } satisfies APIGatewayProxyStructuredResultV2;
      if (body !== undefined) result.headers['content-type'] ??= 'application/json';
      if (contract.cacheable) {
        const etag = `W/"${hash('sha1', text, 'base64url')}"`;
        result.headers.etag = etag;
        if (names(request.event.headers['if-none-match'], etag)) {
          result.statusCode = 304;
          result.body = '';
        }
      }
      request.response = result;
    },
    onError: function answerOnError(request) {
      const traceId = activeTrace()?.traceId ?? '';
      const { error } = request;
      const document =
        error instanceof Problem
          ? documentOf(error, traceId)
          : problemDocument(500, 'internal-error', 'Something went wrong on our side. The traceId helps us to find it.', traceId);
      request.response = {
        statusCode: document.status,
        headers: {
          ...securityHeaders,
          'cache-control': 'no-store',
          'content-type': 'application/problem+json',
          ...request.event.request.limits,
          ...(error instanceof Problem ? error.headers : {}),
        },
        body: JSON.stringify(document),
      };
    },
  };
}
