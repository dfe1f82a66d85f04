/** For tests: spans as the store has them, and the bodies by which an exporter sends them. */
import type { Span } from '#local/traces/otlp.ts';
import { createTraceStore, type Trace } from '#local/traces/store.ts';

/** 2026-11-27T10:00:00Z, in microseconds. */
export const tenUs = Date.parse('2026-11-27T10:00:00Z') * 1_000;

export const traceIdOf = (number: number): string => number.toString(16).padStart(32, '0');
export const spanIdOf = (number: number): string => number.toString(16).padStart(16, '0');

/**
 * @param id a number; its parent's in `parent`
 * @param more `atMs` and `ms` are when it began, from ten o'clock on, and how long it took
 */
export function spanOf(id: number, more: Partial<Span> & { parent?: number; trace?: number; atMs?: number; ms?: number } = {}): Span {
  const { parent, trace = 1, atMs = 0, ms = 10, ...rest } = more;
  return {
    traceId: traceIdOf(trace),
    spanId: spanIdOf(id),
    parentId: parent === undefined ? null : spanIdOf(parent),
    name: `span ${id}`,
    kind: 'internal',
    service: 'rum-shop-order-service',
    startUs: tenUs + atMs * 1_000,
    durationUs: ms * 1_000,
    failed: false,
    message: null,
    attributes: {},
    events: [],
    links: [],
    bytes: 100,
    ...rest,
  };
}

/** A trace of these spans. */
export function traceOf(...spans: Span[]): Trace {
  const store = createTraceStore();
  store.add(spans);
  const [trace] = store.all();
  if (!trace) throw new Error('a trace has a span');
  return trace;
}

/** An ExportTraceServiceRequest of one service. @param spans as OTLP's JSON has them */
export const exportOf = (spans: object[], service = 'rum-shop-order-service') => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ scope: { name: 'kelvo' }, spans }],
    },
  ],
});
