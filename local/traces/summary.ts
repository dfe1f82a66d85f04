/** What the list says of a trace, and what it is searched by. */
import { type Span, type SpanKind, textOf } from './otlp.ts';
import type { Trace } from './store.ts';

/** A part of a trace that one function did: a request, a message, a run of a schedule. Instants are ISO. */
export interface Hop {
  spanId: string;
  name: string;
  service: string;
  kind: SpanKind;
  /** The route's template, where it was a request. */
  route: string | null;
  status: number | null;
  startUs: number;
  durationMs: number;
  failed: boolean;
}

export interface Summary {
  traceId: string;
  /** Of the first hop. */
  name: string;
  service: string;
  route: string | null;
  status: number | null;
  startedAt: string;
  /** How long the slowest of its hops took: a consumer may come minutes after the request, which that does not make slow. */
  durationMs: number;
  /** From the start of the first span to the end of the last. */
  totalMs: number;
  hops: number;
  spans: number;
  services: string[];
  /** Templates of all its requests. */
  routes: string[];
  failed: boolean;
  /** Why, by the span that failed first. */
  fault: string | null;
  background: boolean;
}

const routeOf = ({ attributes }: Span): string | null => (typeof attributes['http.route'] === 'string' ? attributes['http.route'] : null);
export const statusOf = ({ attributes }: Span): number | null => {
  const status = Number(textOf(attributes['http.response.status_code']));
  return Number.isInteger(status) && status > 0 ? status : null;
};

/**
 * The trace's parts, first things first. A span whose parent is not here begins one too: its parent is the browser's, another tracer's, or still under way.
 * There is always one: of spans that are all their own ancestors, the first.
 */
export function hopsOf(trace: Trace): Hop[] {
  const spans = [...trace.spans.values()].sort((a, b) => a.startUs - b.startUs);
  const begins = ({ kind, parentId }: Span) => kind === 'server' || kind === 'consumer' || parentId === null || !trace.spans.has(parentId);
  const first = spans.filter(begins);
  return (first.length > 0 ? first : spans.slice(0, 1)).map((span) => {
    const { spanId, name, service, kind, startUs, durationUs, failed } = span;
    return { spanId, name, service, kind, route: routeOf(span), status: statusOf(span), startUs, durationMs: durationUs / 1_000, failed };
  });
}

export function summaryOf(trace: Trace): Summary {
  const hops = hopsOf(trace);
  const [first] = hops as [Hop, ...Hop[]];
  let [startUs, endUs, firstFault] = [Number.POSITIVE_INFINITY, 0, undefined as Span | undefined];
  const services = new Set(hops.map(({ service }) => service));
  for (const span of trace.spans.values()) {
    startUs = Math.min(startUs, span.startUs);
    endUs = Math.max(endUs, span.startUs + span.durationUs);
    services.add(span.service);
    if (span.failed && (firstFault === undefined || endOf(span) < endOf(firstFault))) firstFault = span;
  }
  return {
    traceId: trace.traceId,
    name: first.name,
    service: first.service,
    route: first.route,
    status: first.status,
    startedAt: new Date(startUs / 1_000).toISOString(),
    durationMs: rounded(Math.max(...hops.map(({ durationMs }) => durationMs))),
    totalMs: rounded((endUs - startUs) / 1_000),
    hops: hops.length,
    spans: trace.spans.size,
    services: [...services],
    routes: [...new Set(hops.flatMap(({ route }) => route ?? []))],
    failed: trace.failed,
    fault:
      firstFault === undefined
        ? null
        : `${firstFault.name}: ${firstFault.message ?? textOf(firstFault.attributes['error.type'] ?? 'failed')}`,
    background: trace.background,
  };
}

const endOf = ({ startUs, durationUs }: Span): number => startUs + durationUs;

/** To a thousandth of a millisecond. */
export const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;
