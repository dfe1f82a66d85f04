import { newId } from '../ids.ts';
import { headersOf, type TraceIds, traceparentOf } from '../telemetry/trace-ids.ts';

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
export function makeEvent<Data>(type: string, subject: string, data: Data, at: Date, trace: TraceIds | undefined): KelvoEvent<Data> {
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
  return { ...event, traceparent: traceparentOf(trace), _datadog: headersOf(trace) };
}
