import type middy from '@middy/core';
import { now } from '../clock.ts';
import { refreshFaults } from '../faults/faults.ts';
import { pressMemory } from '../faults/press-memory.ts';
import { hidePath } from '../telemetry/datadog.ts';
import { logWork } from '../telemetry/log.ts';
import { measure } from '../telemetry/measure.ts';
import { endRequest, openRequest } from '../telemetry/otlp.ts';
import { serviceOf } from '../telemetry/service.ts';
import { currentTrace, readTraceContext } from '../telemetry/trace-context.ts';
import { clientAddress } from './client-address.ts';
import type { RouteContract } from './contract.ts';
import { placeOf } from './edge.ts';
import type { RouteEvent, RouteMiddleware } from './request.ts';

/** Begins the request's trace and clock; ends it with `x-request-id`, `server-timing` and one log line that names the route's template, never the path. */
export function observe(contract: Pick<RouteContract, 'method' | 'path'>): RouteMiddleware {
  const finish = async ({ event, response, error }: middy.Request<RouteEvent>) => {
    const { request, requestContext } = event;
    if (request.readingFaults) await request.readingFaults;
    const durationMs = Math.round((performance.now() - request.startedAt) * 10) / 10;
    response.headers['x-request-id'] = requestContext.requestId;
    response.headers['server-timing'] = `app;dur=${durationMs}`;
    const failed = response.statusCode >= 500;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    // By env and service alone, for each metric is billed: the log line below and the span have route and status.
    measure('requests', 1);
    measure('duration', durationMs);
    if (failed) measure('errors', 1);
    logWork(failed ? 'error' : 'info', 'request', {
      method: contract.method,
      route: contract.path,
      status: response.statusCode,
      duration_ms: durationMs,
      ...request.notes,
      ...(failed && cause ? { error: { name: cause.name, message: cause.message, stack: cause.stack } } : {}),
    });
    endRequest(response.statusCode, cause ?? undefined);
  };
  return {
    before: function observeBefore({ event, context }) {
      const notes: Record<string, unknown> = {};

      const trace = readTraceContext(event.headers, event.requestContext.requestId, serviceOf(context.functionName));
      currentTrace.enterWith(openRequest(trace, context, contract.path, event));
      hidePath(contract.method, contract.path);
      event.request = {
        headers: event.headers,
        cookies: event.cookies,
        address: clientAddress(event),
        place: placeOf(event.headers),
        orderToken: event.headers['x-order-token'],
        now: now(),
        note: (fields) => void Object.assign(notes, fields),
        notes,
        startedAt: performance.now(),
        readingFaults: refreshFaults(),
      } as RouteEvent['request'];
      pressMemory(context);
    },
    after: function observeAfter(request) {
      return finish(request);
    },
    onError: function observeOnError(request) {
      return finish(request);
    },
  };
}
