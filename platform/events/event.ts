import { newId } from '../ids.ts';
import { type TraceContext, traceparentOf } from '../telemetry/trace-context.ts';

/** An event as CloudEvents 1.0 JSON. `_datadog` and `traceparent` carry the trace to whoever handles it. */
export interface KelvoEvent<Data = unknown> {
  specversion: '1.0';
  id: string;
  source: 'kelvo';
  type: string;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  traceparent?: string;
  _datadog?: Record<string, string>;
  data: Data;
}

/**
 * @param type with its version, e.g. `order.created.v1`
 * @param subject the id of what changed
 */
export function makeEvent<Data>(type: string, subject: string, data: Data, at: Date, trace: TraceContext | undefined): KelvoEvent<Data> {
  const event: KelvoEvent<Data> = {
    specversion: '1.0',
    id: newId(),
    source: 'kelvo',
    type,
    subject,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
  if (!trace) return event;
  const traceparent = traceparentOf(trace);
  return {
    ...event,
    traceparent,
    _datadog: {
      traceparent,
      'x-datadog-trace-id': BigInt(`0x${trace.traceId.slice(16)}`).toString(),
      'x-datadog-parent-id': BigInt(`0x${trace.spanId}`).toString(),
      'x-datadog-sampling-priority': trace.sampled ? '1' : '0',
    },
  };
}
