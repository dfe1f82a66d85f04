import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What ties one request's logs, events and spans together. `traceId` is 32 hex digits (W3C), `spanId` 16. */
export interface TraceContext {
  traceId: string;
  spanId: string;
  sampled: boolean;
  requestId: string;
  /** The Datadog service the work belongs to. */
  service: string;
}

const traceparent = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Reads the caller's trace: `traceparent`, else Datadog's own headers (decimal 64-bit ids), else begins one. */
export function readTraceContext(headers: Record<string, string | undefined>, requestId: string, service: string): TraceContext {
  const w3c = traceparent.exec(headers.traceparent ?? '');
  if (w3c)
    return {
      traceId: w3c[1] as string,
      spanId: w3c[2] as string,
      sampled: (Number.parseInt(w3c[3] as string, 16) & 1) === 1,
      requestId,
      service,
    };
  const traceId = hexOf(headers['x-datadog-trace-id']);
  const spanId = hexOf(headers['x-datadog-parent-id']);
  if (traceId && spanId)
    return { traceId: traceId.padStart(32, '0'), spanId, sampled: headers['x-datadog-sampling-priority'] !== '0', requestId, service };
  return { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), sampled: true, requestId, service };
}

function hexOf(decimal: string | undefined): string | undefined {
  if (!decimal || !/^[1-9]\d{0,19}$/.test(decimal)) return undefined;
  const value = BigInt(decimal);
  return value < 1n << 64n ? value.toString(16).padStart(16, '0') : undefined;
}

export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** The context of the request or record being handled; a store of its own for each, so concurrent ones never mix. */
export const currentTrace = new AsyncLocalStorage<TraceContext>();
