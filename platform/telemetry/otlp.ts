import type { Context } from 'aws-lambda';
import { aws, config, onLambda } from '../config.ts';
import { perProcess } from '../per-process.ts';
import type { Tags } from './datadog.ts';
import type { OpenSpan, Server, SpanStart } from './otlp/open-span.ts';
import type { HttpEvent } from './otlp/request-span.ts';
import type { Tracer, TracerSettings } from './otlp/tracer.ts';
import { currentTrace, type TraceContext } from './trace-context.ts';
import { readTraceIds, type TraceHeaders } from './trace-ids.ts';

// Mode `otlp`: our own tracer. What it is made of is in the layer and loaded in no other mode, where each of these functions costs one test.

let tracer: Tracer | undefined;
const activeSpan = (): OpenSpan | undefined => currentTrace.getStore()?.span;

/** Loads the tracer. @param say tells of a collector that is away or refuses spans */
export async function loadTracer(say: TracerSettings['say']): Promise<void> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) throw new Error('INSTRUMENTATION otlp needs OTEL_EXPORTER_OTLP_ENDPOINT');
  const { createTracer, headersFrom } = await import('./otlp/tracer.ts');
  tracer = perProcess('otlp-tracer', () =>
    createTracer({
      endpoint,
      headers: headersFrom(config.OTEL_EXPORTER_OTLP_HEADERS ?? '', secretOfHeaders()),
      stage: config.STAGE,
      version: config.SERVICE_VERSION,
      region: onLambda ? aws.region : undefined,
      active: activeSpan,
      say: (...words) => currentTrace.exit(() => say(...words)), // of no request
    }),
  );
}

/** Some collectors know their senders by a token: the function reads it when it starts, beside its work. */
function secretOfHeaders(): (() => Promise<string>) | undefined {
  const { OTLP_HEADERS_SECRET_ARN: arn, SECRETS_ENDPOINT: endpoint } = config;
  if (arn === undefined) return undefined;
  return async () => {
    const { readSecret } = await import('../aws-secret.ts');
    return readSecret(arn, endpoint, "the collector's headers", secretLimitMs);
  };
}

const secretLimitMs = 2_000;

/**
 * Opens the span of an invocation, below its caller's.
 * @returns the context of the work: that span is the one that log lines, events and problem documents name
 */
export function openWork(trace: TraceContext, context: Context, start: SpanStart): TraceContext {
  return inside(trace, tracer?.openWork(context, trace, callerOf(trace), start));
}

/** The same for a request. @param path the route's template */
export function openRequest(trace: TraceContext, context: Context, path: string, event: HttpEvent): TraceContext {
  return inside(trace, tracer?.openRequest(context, trace, callerOf(trace), path, event));
}

const callerOf = (trace: TraceContext) => (trace.ofCaller ? trace : undefined);

const inside = (trace: TraceContext, span: OpenSpan | undefined): TraceContext =>
  span ? { ...trace, traceId: span.traceId, spanId: span.spanId, sampled: span.sampled, span } : trace;

/** Ends the span of a request. Only an answer of 5xx is a failure of the server's. */
export function endRequest(status: number, cause: unknown): void {
  const span = activeSpan();
  span?.set({ 'http.response.status_code': status });
  if (status >= 500) {
    if (cause === undefined) span?.failAs(String(status));
    else span?.fail(cause, String(status));
  }
  span?.end();
}

/** Runs work as what a span is there for: one that throws fails it. @param failure of a result that says that it failed */
async function endingSpan<T>(span: OpenSpan, work: () => Promise<T>, failure?: (result: T) => string | undefined): Promise<T> {
  try {
    const result = await work();
    const type = failure?.(result);
    if (type !== undefined) span.failAs(type);
    return result;
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/** Runs the work of an invocation, and ends its span. */
export const inWork = <T>(trace: TraceContext, work: () => Promise<T>): Promise<T> =>
  currentTrace.run(trace, () => (trace.span ? endingSpan(trace.span, work) : work()));

/**
 * Runs work in a span of its own.
 * @param from as `span` of trace.ts has it
 * @returns undefined where no span of ours is active
 */
export function otlpSpan<T>(name: string, tags: Tags, work: () => Promise<T>, from?: TraceHeaders): Promise<T> | undefined {
  const around = currentTrace.getStore();
  if (!around?.span) return undefined;
  const span = around.span.openTagged(name, tags, from && (readTraceIds(from) ?? null));
  return currentTrace.run(inside(around, span), () => endingSpan(span, work));
}

/**
 * Runs a call of another system in a span that only this tracer makes: Datadog's and X-Ray's see such calls by patching what makes them.
 * @param about made only where there is a tracer
 * @param failure the type of the failure that a result tells of, if any
 */
export function callSpan<T>(
  about: () => SpanStart & { links?: readonly TraceHeaders[] },
  work: () => Promise<T>,
  failure?: (result: T) => string | undefined,
): Promise<T> {
  const around = currentTrace.getStore();
  if (!around?.span) return work();
  const { links = [], ...start } = about();
  const span = around.span.open(start);
  for (const headers of links) {
    const sender = readTraceIds(headers);
    if (sender) span.link(sender);
  }
  return currentTrace.run(inside(around, span), () => endingSpan(span, work, failure));
}

/** The span that is active failed, though nothing throws. @param type of the failure: of few different values */
export const failActiveSpan = (type: string): void => activeSpan()?.failAs(type);

/** Runs a statement in a span. Its text has parameters for values, so it says none. */
export function statementSpan<T>(text: string, server: Server, work: () => Promise<T>): Promise<T> {
  const span = activeSpan()?.openStatement(text, server);
  return span ? endingSpan(span, work) : work();
}

/** Below that a request did not wait. */
const leastWaitMs = 1;

/** Gets a connection, in a span where that took a while: the pool was empty, or the connection had to be made. */
export async function waitSpan<T>(server: () => Server, wait: () => Promise<T>): Promise<T> {
  const around = activeSpan();
  if (!around) return wait();
  const span = around.openWait(server());
  try {
    return await wait();
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end(leastWaitMs);
  }
}

/** Makes spans of what a Redis connection is told. */
export const watchRedis = (client: Parameters<Tracer['watchRedis']>[0]): void => tracer?.watchRedis(client);

/** What an answer waits at most for its spans to be sent, on Lambda, where the process is frozen after it. */
const longestFlushMs = 200;
/** Left to Lambda to take the answer before its time-out. */
const spareMs = 50;

/** Sends the spans of an invocation that is over. */
export async function flushSpans(context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const budgetMs = Math.min(longestFlushMs, context.getRemainingTimeInMillis() - spareMs);
  if (budgetMs > 0) await tracer?.flush(budgetMs);
}
