/** A collector of a test's own, which understands OTLP/HTTP JSON as a tracer's reader: with `opentelemetry-proto`'s names, nothing of ours. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: string; boolValue?: boolean; doubleValue?: number; arrayValue?: { values: Value[] } };
interface Attribute {
  key: string;
  value: Value;
}
interface WireSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  events?: { name: string; attributes: Attribute[] }[];
  links?: { traceId: string; spanId: string }[];
  status?: { code: number; message: string };
}

export interface CollectedSpan extends Omit<WireSpan, 'attributes' | 'events'> {
  service: string;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  resource: Record<string, unknown>;
}

export interface Collector {
  url: string;
  spans: CollectedSpan[];
  requests: { path: string; headers: IncomingMessage['headers'] }[];
  /** Answers with these, one after the other, instead of 200. */
  answers: { status: number; headers?: Record<string, string>; body?: string }[];
  close(): Promise<void>;
}

const readValue = ({ stringValue, intValue, boolValue, doubleValue, arrayValue }: Value): unknown =>
  stringValue ?? boolValue ?? doubleValue ?? arrayValue?.values.map(readValue) ?? Number(intValue);
const read = (attributes: Attribute[]) => Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));

interface Body {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: WireSpan[] }[] }[];
}

const spansOf = ({ resourceSpans }: Body): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const own = read(resource.attributes);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map(({ attributes, events = [], ...span }) => ({
        ...span,
        service: String(own['service.name']),
        resource: own,
        attributes: read(attributes),
        events: events.map(({ name, attributes }) => ({ name, attributes: read(attributes) })),
      }));
  });

/** Starts one on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const requests: Collector['requests'] = [];
  const answers: Collector['answers'] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    requests.push({ path: request.url ?? '', headers: request.headers });
    const { status, headers = {}, body = '{}' } = answers.shift() ?? { status: 200 };
    if (status === 200) spans.push(...spansOf(JSON.parse(text) as Body));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    answers,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
