import { datadogIds, datadogSpan, type Tags } from './datadog.ts';
import { otlpSpan } from './otlp.ts';
import { currentTrace, readTraceContext } from './trace-context.ts';
import type { TraceHeaders, TraceIds } from './trace-ids.ts';
import { xraySpan } from './xray.ts';

/** The current span's ids: the active span where Datadog's tracer or ours is loaded, else what the request came with. */
export const activeTrace = (): TraceIds | undefined => datadogIds() ?? currentTrace.getStore();

/**
 * Runs work in a span of its own; without a tracer it just runs.
 * @param tags with few values; the drivers' spans have their own (`db.system`, `db.name`, …)
 * @param from a message (an event, or its `_datadog`) whose sender's trace the span belongs to
 */
export async function span<T>(name: string, tags: Tags, work: () => Promise<T>, from?: TraceHeaders): Promise<T> {
  const own = otlpSpan(name, tags, work, from);
  if (own) return own;
  const around = currentTrace.getStore();
  const inside =
    from && around
      ? () => currentTrace.run({ ...readTraceContext(from, around.requestId, around.service), measures: around.measures }, work)
      : work;
  return datadogSpan(name, tags, inside, from) ?? xraySpan(name, tags, inside) ?? inside();
}
