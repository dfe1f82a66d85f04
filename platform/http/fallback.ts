import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Problem } from '../errors.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import { answer } from './answer.ts';
import type { RouteContract } from './contract.ts';
import { observe } from './observe.ts';
import type { RouteEvent } from './request.ts';
import { requireEdge } from './require-edge.ts';

/** Makes the handler of `$default`, since API Gateway's own 404 is no problem document, and it never sends 405. */
export function fallback(routes: readonly Pick<RouteContract, 'method' | 'path' | 'head'>[]) {
  const patterns = routes.map(({ method, path, head }) => ({ methods: head ? [method, 'HEAD'] : [method], parts: path.split('/') }));
  const handler = middy<RouteEvent, APIGatewayProxyStructuredResultV2>()
    .use(httpHeaderNormalizer())
    .use(observe({ method: 'GET', path: '$default' }))
    .use(answer({ method: 'GET' }))
    .use(requireEdge())
    .handler(async ({ rawPath, requestContext }) => {
      const parts = rawPath.split('/');
      const fits = (pattern: string[]) =>
        pattern.length === parts.length && pattern.every((part, i) => part === parts[i] || (part.startsWith('{') && parts[i] !== ''));
      const fitting = patterns.filter((pattern) => fits(pattern.parts));
      // `/api/cart/add` is a route of its own, not a cart: API Gateway, too, prefers the literal path.
      const literal = fitting.filter(({ parts }) => !parts.some((part) => part.startsWith('{')));
      const methods = [...new Set((literal.length > 0 ? literal : fitting).flatMap(({ methods }) => methods))];
      const { method } = requestContext.http;
      if (methods.length === 0)
        throw new Problem('missing', 'route-not-found', 'There is nothing at this path. GET /api/openapi.json lists what there is.');
      throw new Problem(
        'method',
        'method-not-allowed',
        `This path does not take ${method}.`,
        {},
        { headers: { allow: methods.join(', ') } },
      );
    });
  return traceHandler<RouteEvent, APIGatewayProxyStructuredResultV2>(handler);
}
