import { randomBytes } from 'node:crypto';

/** A span's ids: `traceId` is 32 hex digits (W3C), `spanId` 16. */
export interface TraceIds {
  traceId: string;
  spanId: string;
  sampled: boolean;
}

/** Headers, or an event's members, that may carry a trace; names in lower case. */
export type TraceHeaders = Readonly<Record<string, string | undefined>>;

const w3c = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The caller's span: `traceparent`, else Datadog's own headers (decimal ids of 64 bits; the upper half of longer ones is in the tags). */
export function readTraceIds(headers: TraceHeaders): TraceIds | undefined {
  const [, traceId, spanId, flags] = w3c.exec(headers.traceparent ?? '') ?? [];
  if (traceId && spanId && flags) return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
  const lower = hexOf(headers['x-datadog-trace-id']);
  const parent = hexOf(headers['x-datadog-parent-id']);
  if (!lower || !parent) return undefined;
  const upper = /(?:^|,)_dd\.p\.tid=([0-9a-f]{16})(?:,|$)/.exec(headers['x-datadog-tags'] ?? '')?.[1] ?? '';
  const priority = Number(headers['x-datadog-sampling-priority'] ?? '1'); // -1 and 0 are the two ways to drop
  return { traceId: (upper + lower).padStart(32, '0'), spanId: parent, sampled: !(priority <= 0) };
}

const xray = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/;

/** X-Ray's segment: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. */
export function readXrayHeader(header: string | undefined): TraceIds | undefined {
  const [, epoch, unique] = xray.exec(header ?? '') ?? [];
  const spanId = /Parent=([0-9a-f]{16})/.exec(header ?? '')?.[1];
  return epoch && unique && spanId ? { traceId: epoch + unique, spanId, sampled: /Sampled=1/.test(header ?? '') } : undefined;
}

/** A new trace, for a request that brought none. */
export const newTraceIds = (): TraceIds => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  sampled: true,
});

export const traceparentOf = ({ traceId, spanId, sampled }: TraceIds): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** The ids in every header format that a tracer may read. */
export function headersOf(ids: TraceIds): Record<string, string> {
  const upper = ids.traceId.slice(0, 16);
  return {
    traceparent: traceparentOf(ids),
    'x-datadog-trace-id': decimalOf(ids.traceId.slice(16)),
    'x-datadog-parent-id': decimalOf(ids.spanId),
    'x-datadog-sampling-priority': ids.sampled ? '1' : '0',
    ...(/[^0]/.test(upper) ? { 'x-datadog-tags': `_dd.p.tid=${upper}` } : {}),
  };
}

/** Datadog's ids in logs and headers: the lower 64 bits in decimal. */
export const decimalOf = (hex: string): string => BigInt(`0x${hex}`).toString();

function hexOf(decimal: string | undefined): string | undefined {
  if (!decimal || !/^[1-9]\d{0,19}$/.test(decimal)) return undefined;
  const value = BigInt(decimal);
  return value < 1n << 64n ? value.toString(16).padStart(16, '0') : undefined;
}
