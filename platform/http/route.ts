import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { outage } from '../errors.ts';
import { faultNow } from '../faults/faults.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import { answer } from './answer.ts';
import { authenticate } from './authenticate.ts';
import type { Answer, NotModified, RouteContract } from './contract.ts';
import { limitRate } from './limit-rate.ts';
import { observe } from './observe.ts';
import { parse } from './parse.ts';
import type { Request, RouteEvent } from './request.ts';
import { requireEdge } from './require-edge.ts';

const atTimeout = {
  timeoutEarlyInMillis: 300,
  timeoutEarlyResponse: () => {
    throw outage(
      'timeout',
      'The request took too long and was given up. Nothing of it may have been done: please look before you repeat it.',
    );
  },
};

/**
 * Makes a route's Lambda handler: through CloudFront → authenticate → limit → parse → `handle` → answer, and every error a problem document.
 * @param contract what the route accepts and answers
 */
export function route<const R extends RouteContract, S extends keyof R['answers'] & number>(
  contract: R,
  handle: (request: Request<R>) => Promise<Answer<R, S> | (R extends { conditional: true } ? NotModified : never)>,
) {
  const handler = middy<RouteEvent, APIGatewayProxyStructuredResultV2>(atTimeout)
    .use(httpHeaderNormalizer())
    .use(observe(contract))
    .use(answer(contract))
    .use(requireEdge())
    .use(authenticate(contract))
    .use(limitRate(contract))
    .use(parse(contract))
    .handler(async ({ request }, _context, { signal }) => {
      if (faultNow('ads-errors') || faultNow('bad-deploy')) (await import('../faults/failing-routes.ts')).failIfHit(contract);
      request.answer = await handle({ ...request, signal } as Request<R>);
      return {}; // `answer` makes the result
    });
  return traceHandler<RouteEvent, APIGatewayProxyStructuredResultV2>(handler);
}
