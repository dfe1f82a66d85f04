/** A value of an attribute; a list only where a convention asks for one. */
export type AttributeValue = string | number | boolean | readonly string[];
/** `undefined` leaves an attribute out. */
export type Attributes = Record<string, AttributeValue | undefined>;

/** OTLP's numbers of the kinds of spans. */
export const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type Kind = keyof typeof kinds;

export interface Link {
  traceId: string;
  spanId: string;
}

/** A span that has ended. Times are milliseconds since 1970, with fractions. */
export interface EndedSpan extends Link {
  parentSpanId: string | undefined;
  name: string;
  kind: Kind;
  start: number;
  end: number;
  attributes: Attributes;
  exceptions: { at: number; attributes: Attributes }[];
  links: Link[];
  /** Why it failed; undefined: it did not. */
  failure: string | undefined;
  /** Of what made it. One object for all spans of a function, so that they are told apart by identity. */
  resource: Attributes;
}

/**
 * Spans as the JSON form of OTLP's `ExportTraceServiceRequest`: ids in hex, numbers of 64 bits as text, kinds and codes as numbers.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function encodeSpans(spans: readonly EndedSpan[], version: string): string {
  const scope = { name: 'kelvo', version };
  const resourceSpans = [...Map.groupBy(spans, ({ resource }) => resource)].map(([resource, own]) => ({
    resource: { attributes: encodeAttributes(resource) },
    scopeSpans: [{ scope, spans: own.map(encodeSpan) }],
  }));
  return JSON.stringify({ resourceSpans });
}

const errorStatus = 2;

const encodeSpan = ({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, exceptions, links, failure }: EndedSpan) => ({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind: kinds[kind],
  startTimeUnixNano: nanoseconds(start),
  endTimeUnixNano: nanoseconds(end),
  attributes: encodeAttributes(attributes),
  ...(exceptions.length > 0 && {
    events: exceptions.map((each) => ({
      timeUnixNano: nanoseconds(each.at),
      name: 'exception',
      attributes: encodeAttributes(each.attributes),
    })),
  }),
  ...(links.length > 0 && { links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })) }),
  ...(failure !== undefined && { status: { code: errorStatus, message: failure } }),
});

/** Microseconds are exact in a number until the year 2255; nanoseconds are not. */
const nanoseconds = (ms: number): string => `${Math.round(ms * 1000)}000`;

function encodeAttributes(attributes: Attributes): { key: string; value: object }[] {
  return Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : { key, value: encodeValue(value) }));
}

function encodeValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } };
}
