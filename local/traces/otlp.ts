/**
 * Reads what an OTLP exporter sends as JSON (ExportTraceServiceRequest). The shape and its deviations from protobuf's own JSON mapping (ids in hex,
 * enums as numbers, unknown members left aside) are in https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md.
 */

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Attributes = Record<string, Value>;

export const spanKinds = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof spanKinds)[number];

export interface Span {
  /** 32 hex digits in lower case. */
  traceId: string;
  /** 16 hex digits. */
  spanId: string;
  parentId: string | null;
  name: string;
  kind: SpanKind;
  /** The resource's `service.name`. */
  service: string;
  /** Microseconds since the epoch: nanoseconds do not fit a JavaScript number. */
  startUs: number;
  durationUs: number;
  failed: boolean;
  /** Why it failed, as its status says. */
  message: string | null;
  attributes: Attributes;
  events: { name: string; atUs: number; attributes: Attributes }[];
  links: { traceId: string; spanId: string }[];
  /** About what it takes in memory. */
  bytes: number;
}

export interface Export {
  spans: Span[];
  /** How many spans could not be read, and why the first of them could not. */
  rejected: number;
  reason: string | null;
}

/** The request is no ExportTraceServiceRequest. */
export class NotAnExport extends Error {
  override name = 'NotAnExport';
}

/**
 * @param bytes the request's body
 * @throws NotAnExport. A span that is not right alone is counted and left out
 */
export function readExport(bytes: Buffer | null): Export {
  const request = jsonOf(bytes);
  const out: Export = { spans: [], rejected: 0, reason: null };
  for (const resourceSpans of members(request, 'resourceSpans')) {
    const resource = attributesOf(isRecord(resourceSpans.resource) ? resourceSpans.resource.attributes : undefined);
    const service = textOf(resource['service.name'] ?? 'unknown_service');
    for (const scopeSpans of members(resourceSpans, 'scopeSpans')) {
      for (const given of members(scopeSpans, 'spans')) {
        const span = spanOf(given, service, resource);
        if (typeof span !== 'string') out.spans.push(span);
        else {
          out.rejected += 1;
          out.reason ??= span;
        }
      }
    }
  }
  return out;
}

function jsonOf(bytes: Buffer | null): Json {
  let value: unknown;
  try {
    value = JSON.parse(String(bytes ?? ''));
  } catch {
    throw new NotAnExport('the body is no JSON');
  }
  if (!isRecord(value)) throw new NotAnExport('the body is no object');
  return value;
}

type Json = Record<string, unknown>;
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A repeated field: absent and null are an empty one. @throws NotAnExport when it is anything but a list of objects */
function members(of: Json, name: string): Json[] {
  const list = of[name] ?? [];
  if (!Array.isArray(list) || !list.every(isRecord)) throw new NotAnExport(`${name} has to be a list of objects`);
  return list;
}

/** What of the resource is shown with each of its spans, because it says where the span comes from. */
const shownOfResource = ['faas.name', 'faas.instance', 'service.version', 'deployment.environment.name'];
/** Besides its texts: what V8 takes for the object and its keys, roughly. */
const overheadBytes = 400;

/** @returns why the span is left out, in place of it */
function spanOf(given: Json, service: string, resource: Attributes): Span | string {
  const traceId = idOf(given.traceId, 32);
  const spanId = idOf(given.spanId, 16);
  if (traceId === undefined || spanId === undefined) return 'traceId has to be 32 hex digits and spanId 16, and not all zero';
  const startNs = nanosOf(given.startTimeUnixNano);
  const endNs = nanosOf(given.endTimeUnixNano);
  if (startNs === undefined || endNs === undefined) return 'startTimeUnixNano and endTimeUnixNano have to be nanoseconds since 1970';
  const status = isRecord(given.status) ? given.status : {};
  const own = attributesOf(given.attributes);
  const attributes = { ...own };
  for (const key of shownOfResource) if (resource[key] !== undefined && own[key] === undefined) attributes[key] = resource[key];
  const events = listed(given.events).map((event) => ({
    name: textOf(event.name ?? ''),
    atUs: Number((nanosOf(event.timeUnixNano) ?? startNs) / 1000n),
    attributes: attributesOf(event.attributes),
  }));
  const links = listed(given.links).flatMap((link) => {
    const [linkedTrace, linkedSpan] = [idOf(link.traceId, 32), idOf(link.spanId, 16)];
    return linkedTrace && linkedSpan ? [{ traceId: linkedTrace, spanId: linkedSpan }] : [];
  });
  const message = typeof status.message === 'string' && status.message !== '' ? status.message : null;
  const name = textOf(given.name ?? '');
  return {
    traceId,
    spanId,
    parentId: idOf(given.parentSpanId, 16) ?? null,
    name,
    kind: spanKinds[numberOf(given.kind ?? 0)] ?? 'internal',
    service,
    startUs: Number(startNs / 1000n),
    durationUs: endNs > startNs ? Number(endNs - startNs) / 1000 : 0,
    failed: numberOf(status.code ?? 0) === 2,
    message,
    attributes,
    events,
    links,
    bytes: overheadBytes + 2 * [name, message, attributes, events, links].reduce((sum: number, part) => sum + lengthOf(part), 0),
  };
}

/**
 * What is sent may be a map with a key `toString`, which `String` would call and fail, here or wherever a page looks at it later.
 * @returns a text as it is, everything else as JSON
 */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const lengthOf = (part: unknown): number => (Array.isArray(part) && part.length === 0 ? 0 : textOf(part ?? '').length);
const numberOf = (value: unknown): number => (typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN);

/** A list inside of a span; what is no list of objects counts as none. */
const listed = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);

function idOf(value: unknown, digits: number): string | undefined {
  if (typeof value !== 'string' || value.length !== digits || !/^[0-9a-f]+$/i.test(value) || /^0+$/.test(value)) return undefined;
  return value.toLowerCase();
}

/** A fixed64: protobuf's JSON has it as a string of digits, and takes numbers too. */
function nanosOf(value: unknown): bigint | undefined {
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return BigInt(value);
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 2 ** 63 ? BigInt(Math.trunc(value)) : undefined;
}

function attributesOf(list: unknown): Attributes {
  const attributes: Attributes = Object.create(null);
  for (const { key, value } of listed(list)) if (typeof key === 'string') attributes[key] = plainValue(value);
  return attributes;
}

/** An AnyValue, as plain JSON. Integers that a number cannot hold stay strings. */
function plainValue(any: unknown, depth = 0): Value {
  if (!isRecord(any) || depth > 8) return null;
  if (typeof any.stringValue === 'string') return any.stringValue;
  if (typeof any.boolValue === 'boolean') return any.boolValue;
  if (any.intValue !== undefined) return Number.isSafeInteger(numberOf(any.intValue)) ? numberOf(any.intValue) : textOf(any.intValue);
  if (any.doubleValue !== undefined) return Number.isFinite(any.doubleValue) ? Number(any.doubleValue) : textOf(any.doubleValue);
  if (isRecord(any.arrayValue)) return listed(any.arrayValue.values).map((item) => plainValue(item, depth + 1));
  if (isRecord(any.kvlistValue))
    return Object.fromEntries(listed(any.kvlistValue.values).map(({ key, value }) => [textOf(key ?? ''), plainValue(value, depth + 1)]));
  return typeof any.bytesValue === 'string' ? any.bytesValue : null;
}
