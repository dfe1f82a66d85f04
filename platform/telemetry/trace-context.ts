import { AsyncLocalStorage } from 'node:async_hooks';
import { config, xrayHeader } from '../config.ts';
import { perProcess } from '../per-process.ts';
import type { Measure } from './metrics.ts';
import type { OpenSpan } from './otlp/open-span.ts';
import { newTraceIds, readTraceIds, readXrayHeader, type TraceHeaders, type TraceIds } from './trace-ids.ts';

/** What ties together one request's (or record's) logs, events, spans and measures. */
export interface TraceContext extends TraceIds {
  requestId: string;
  /** The Datadog service the work belongs to. */
  service: string;
  /** What `measure` noted so far; goes out with the one log line. */
  measures: Measure[];
  /** Whether the ids are its caller's span: another process has it. */
  ofCaller: boolean;
  /** With `otlp` the span that is active, whose ids these are. */
  span?: OpenSpan;
}

/** The context of a new request or record: in X-Ray's trace where X-Ray is on, else in its caller's, else in a new one. */
export function readTraceContext(headers: TraceHeaders, requestId: string, service: string): TraceContext {
  const caller = (config.INSTRUMENTATION === 'xray' && readXrayHeader(xrayHeader())) || readTraceIds(headers);
  return { ...(caller || newTraceIds()), ofCaller: Boolean(caller), requestId, service, measures: [] };
}

/**
 * The context of the request or record being handled; a store of its own for each, so concurrent ones never mix. One for all bundles of a process:
 * what watches calls for spans is there once.
 */
export const currentTrace = perProcess('current-trace', () => new AsyncLocalStorage<TraceContext>());
