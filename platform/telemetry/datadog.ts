import { config, wrappedByDatadog } from '../config.ts';
import { readTraceIds, type TraceHeaders, type TraceIds } from './trace-ids.ts';

/** The part of dd-trace that we use. Datadog's layer loads it, never we, and it puts itself into a global. */
interface Tracer {
  scope(): { active(): Span | null };
  inject(span: Span, format: 'text_map', carrier: Record<string, string>): void;
  extract(format: 'text_map', carrier: TraceHeaders): unknown;
  trace<T>(name: string, options: { tags: Tags; childOf?: unknown }, work: () => T): T;
}
interface Span {
  setTag(name: string, value: string): void;
  /** `_trace.started` is not public API: where it is missing, only the span itself is processed. */
  context(): { _trace?: { started?: Span[] }; getTags?(): Tags; _tags?: Tags };
}
export type Tags = Record<string, string | number>;

const tracer = (): Tracer | undefined => (globalThis as { _ddtrace?: Tracer })._ddtrace;

/** The ids of the active span, where dd-trace is loaded and has one. Injecting also makes the sampling decision. */
export function datadogIds(): TraceIds | undefined {
  const span = tracer()?.scope().active();
  if (!span) return undefined;
  const carrier: Record<string, string> = {};
  tracer()?.inject(span, 'text_map', carrier);
  return readTraceIds(carrier);
}

/**
 * Runs work in a span of its own.
 * @param from its sender's trace, which it belongs to; where that says none the span begins a trace. A batch's invocation is in the trace of its first
 *   record (https://github.com/DataDog/datadog-lambda-js/issues/317), which is not that of the others
 * @returns undefined when dd-trace is not loaded
 */
export function datadogSpan<T>(name: string, tags: Tags, work: () => Promise<T>, from?: TraceHeaders): Promise<T> | undefined {
  const loaded = tracer();
  return loaded?.trace(name, { tags, ...(from && { childOf: loaded.extract('text_map', from) }) }, work);
}

/** All spans of this process's part of the trace, as far as the tracer shows them; at least the active one. */
const spansUnderWay = (): Span[] => {
  const span = tracer()?.scope().active();
  return span ? (span.context()._trace?.started ?? [span]) : [];
};
const tagsOf = (span: Span): Tags => span.context().getTags?.() ?? span.context()._tags ?? {};

/** Paths contain cart ids, which are secrets, and Datadog's handler puts paths on its spans: replaces them by the route's template. */
export function hidePath(method: string, route: string): void {
  for (const span of spansUnderWay()) {
    const tags = tagsOf(span);
    const url = tags['http.url'];
    if (typeof url === 'string') span.setTag('http.url', URL.parse(route, url)?.href ?? route);
    if (tags['http.url_details.path'] !== undefined) span.setTag('http.url_details.path', route);
    if (tags.endpoint === undefined) continue; // the rest is of the span that stands for API Gateway
    span.setTag('endpoint', route);
    for (const name of ['resource.name', 'resource_names']) span.setTag(name, `${method} ${route}`);
  }
}

const systems: Tags = { postgres: 'postgresql', redis: 'redis' };

/**
 * At the end of the work, when the drivers' spans are all there: adds `db.system`, OpenTelemetry's name for what they call `db.type`, and
 * removes the arguments of Redis commands: keys and values are private, and so is the password of AUTH.
 */
export function tidyDriverSpans(): void {
  for (const span of spansUnderWay()) {
    const tags = tagsOf(span);
    const system = systems[tags['db.type'] ?? ''];
    if (system) span.setTag('db.system', String(system));
    const [command] = String(tags['redis.raw_command'] ?? '').split(' ', 1);
    if (command) span.setTag('redis.raw_command', command);
  }
}

type Send = (name: string, value: number, ...tags: string[]) => void;
let send: Send | undefined;

// Metrics are flushed only where Datadog's handler wraps ours, and there the library is loaded already.
if ((config.INSTRUMENTATION === 'remote' || config.INSTRUMENTATION === 'layer') && wrappedByDatadog) {
  import('datadog-lambda-js').then(
    (library) => {
      send = library.sendDistributionMetric;
    },
    () => undefined, // a handler of that name without the library: metrics go into the log
  );
}

/** The function that sends a metric to Datadog; undefined where Datadog's handler is absent. */
export const datadogMetrics = (): Send | undefined => send;
