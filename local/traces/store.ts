/** The last traces, in memory. A trace is open for ever: spans of a consumer that runs minutes later join it. */
import type { Span } from './otlp.ts';

export interface Trace {
  traceId: string;
  /** By id: a span that an exporter sends again replaces itself. */
  spans: Map<string, Span>;
  bytes: number;
  /** Whether nobody's request began it, but a schedule or a queue's batch: these run all the time, and would push everything else out. */
  background: boolean;
  /** Whether any of its spans failed. */
  failed: boolean;
  /** Grows with each span that joins. */
  version: number;
}

export interface Limits {
  /** Traces that are kept. */
  traces: number;
  /** Of these, such as no request began. */
  background: number;
  /** Of all traces together, roughly. */
  bytes: number;
  /** Of one trace: a caller may send one trace's id with everything that it does. */
  spansOfTrace: number;
  bytesOfTrace: number;
}

export const usualLimits: Limits = {
  traces: 1_000,
  background: 200,
  bytes: 64 * 1024 * 1024,
  spansOfTrace: 2_000,
  bytesOfTrace: 4 * 1024 * 1024,
};

export interface TraceStore {
  /** @returns how many spans were left out because their trace is full */
  add(spans: readonly Span[]): number;
  get(traceId: string): Trace | undefined;
  /** In the order in which their first spans came. */
  all(): Iterable<Trace>;
  /** Grows with each change: the same number means the same traces. */
  version(): number;
  held(): { traces: number; spans: number; bytes: number };
}

/** When there are too many, whole traces are dropped, those that came first before others. */
export function createTraceStore(limits: Limits = usualLimits): TraceStore {
  const traces = new Map<string, Trace>();
  let [bytes, spanCount, backgroundCount, version] = [0, 0, 0, 0];

  function join(span: Span): boolean {
    let trace = traces.get(span.traceId);
    const known = trace?.spans.get(span.spanId);
    const more = span.bytes - (known?.bytes ?? 0);
    if (trace && ((!known && trace.spans.size >= limits.spansOfTrace) || trace.bytes + more > limits.bytesOfTrace)) return false;
    if (!trace) {
      trace = { traceId: span.traceId, spans: new Map(), bytes: 0, background: false, failed: false, version: 0 };
      traces.set(span.traceId, trace);
    }
    trace.spans.set(span.spanId, span);
    trace.version += 1;
    trace.bytes += more;
    trace.failed ||= span.failed;
    bytes += more;
    if (!known) spanCount += 1;
    if (!trace.background && isBackground(span)) {
      trace.background = true;
      backgroundCount += 1;
    }
    return true;
  }

  function drop(trace: Trace): void {
    traces.delete(trace.traceId);
    bytes -= trace.bytes;
    spanCount -= trace.spans.size;
    if (trace.background) backgroundCount -= 1;
  }

  function dropOldest(which: (trace: Trace) => boolean): void {
    for (const trace of traces.values()) {
      if (!which(trace)) continue;
      drop(trace);
      return;
    }
  }

  return {
    add(spans) {
      let left = 0;
      for (const span of spans) if (!join(span)) left += 1;
      while (backgroundCount > limits.background) dropOldest(({ background }) => background);
      while (traces.size > limits.traces || (bytes > limits.bytes && traces.size > 0)) dropOldest(() => true);
      if (spans.length > left) version += 1;
      return left;
    },
    get: (traceId) => traces.get(traceId),
    all: () => traces.values(),
    version: () => version,
    held: () => ({ traces: traces.size, spans: spanCount, bytes }),
  };
}

/** The first span of what no request began: `faas.trigger` is OpenTelemetry's word for what started a function (timer, pubsub, http …). */
const isBackground = ({ parentId, attributes }: Span): boolean =>
  parentId === null && attributes['faas.trigger'] !== undefined && attributes['faas.trigger'] !== 'http';
