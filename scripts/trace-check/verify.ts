import assert from 'node:assert/strict';
import type { TraceIds } from '#platform/telemetry/trace-ids.ts';
import type { Traced } from './invoke.ts';
import type { Span } from './tools.ts';

/** The span of the function itself; our logs and events name it. */
export function handlerSpan(spans: Span[]): Span {
  const found = spans.filter(({ name }) => name === 'aws.lambda');
  assert.equal(found.length, 1, 'one span must be the handler');
  return found[0] as Span;
}

/** Prints the spans as a tree. */
export function show(spans: Span[], parent?: Span): void {
  const ids = new Set(spans.map(({ span_id }) => span_id));
  const children = spans.filter((span) => (parent ? span.parent_id === parent.span_id : !ids.has(span.parent_id)));
  for (const span of children) {
    if (span.name.startsWith('aws.lambda.')) continue; // what the cold start loaded: many lines
    const depth = '  '.repeat(depthOf(span, spans) + 1);
    const { 'db.system': system, 'db.name': database, 'out.host': host, 'db.type': type } = span.meta;
    const store = [system ?? type, database, host].filter(Boolean).join(' ');
    console.log(`${depth}${span.name}  ${span.service}  ${span.resource.replace(/\s+/g, ' ').slice(0, 70)}${store ? `  [${store}]` : ''}`);
    show(spans, span);
  }
}

function depthOf(span: Span, spans: Span[]): number {
  const parent = spans.find(({ span_id }) => span_id === span.parent_id);
  return parent ? depthOf(parent, spans) + 1 : 0;
}

/** What a route's function returns. */
export interface RequestResult {
  statusCode: number;
  body: string;
}

/** Throws unless the spans form one trace with the caller's, reach down to the databases, and contain no secret. */
export function verifyRequest(
  { result: { statusCode }, spans, lines, failures }: Traced<RequestResult>,
  { traceId, stores, secrets }: { traceId: string; stores: string[]; secrets: string[] },
): void {
  assert(statusCode < 300, `answered ${statusCode}`);
  assert.deepEqual(
    new Set(spans.map(({ trace_id }) => trace_id)),
    new Set([BigInt(`0x${traceId.slice(16)}`)]),
    "all spans must be of the caller's trace",
  );
  assert(
    spans.some(({ meta }) => meta['_dd.p.tid'] === traceId.slice(0, 16)),
    'the upper half of the trace id must be kept',
  );
  const handler = handlerSpan(spans);
  for (const store of stores)
    assert(
      spans.some(({ name }) => name === store),
      `there must be ${store} spans`,
    );
  for (const { name, meta } of spans) {
    if (name === 'pg.query') assert.deepEqual([meta['db.name'], meta['db.system']], ['kelvo', 'postgresql']);
    if (name === 'redis.command') assert.deepEqual([meta['db.system'], meta['redis.raw_command']?.includes(' ')], ['redis', false]);
  }
  const line = lines.findLast(({ message }) => message === 'request');
  assert.equal(line?.['dd.span_id'], String(handler.span_id), 'the log line must name the handler span');
  assert.equal(line?.trace_id, traceId, 'the log line must name the trace');
  verifyHealth({ spans, lines, failures }, secrets);
}

export const hex = (id: bigint): string => id.toString(16).padStart(16, '0');

/** A span's whole trace id: the first span of each part of a trace has the upper half. */
export function traceOf({ trace_id }: Span, spans: Span[]): string {
  const upper = spans.find((each) => each.trace_id === trace_id && each.meta['_dd.p.tid'])?.meta['_dd.p.tid'];
  return (upper ?? '').padStart(16, '0') + hex(trace_id);
}

/** Whether a span is somewhere below another one. */
export function below(span: Span, above: Span, spans: Span[]): boolean {
  const parent = spans.find(({ span_id }) => span_id === span.parent_id);
  return parent !== undefined && (parent === above || below(parent, above, spans));
}

/**
 * Throws unless one record's span is in its sender's trace, right below the sender's span.
 * @param sender undefined: nobody is known, so it has to begin a trace
 */
export function verifyDelivery(
  messageId: string,
  spans: Span[],
  { sender, service, tags }: { sender: TraceIds | undefined; service: string; tags: Record<string, string> },
): Span {
  const found = spans.filter(({ meta }) => meta['messaging.message.id'] === messageId);
  assert.equal(found.length, 1, 'one span must be the record');
  const [span] = found as [Span];
  assert.equal(span.service, service);
  for (const [tag, value] of Object.entries(tags)) assert.equal(span.meta[tag], value, tag);
  if (sender)
    assert.deepEqual(
      [traceOf(span, spans), hex(span.parent_id)],
      [sender.traceId, sender.spanId],
      "the record must continue its sender's span",
    );
  else assert.equal(span.parent_id, 0n, 'a record without a sender must begin a trace');
  return span;
}

/** Throws unless there are statements below a span, each saying of which system, database and peer. */
export function verifyStatements(span: Span, spans: Span[]): void {
  const statements = spans.filter((each) => each.name === 'pg.query' && below(each, span, spans));
  assert(statements.length > 0, 'there must be statements');
  for (const { meta, trace_id } of statements) {
    assert.equal(trace_id, span.trace_id);
    assert.deepEqual(
      [meta['db.system'], meta['db.name'], meta['out.host']],
      ['postgresql', 'kelvo', '127.0.0.1'],
      'system, database and peer',
    );
  }
}

/** Throws unless a log line names a span and its trace. */
export function verifyLine(line: Record<string, unknown> | undefined, span: Span, spans: Span[]): void {
  assert.deepEqual(
    [line?.trace_id, line?.['dd.span_id'], line?.service],
    [traceOf(span, spans), String(span.span_id), span.service],
    'the log line must name its span',
  );
}

/** Throws where Datadog's agent finds a fault, or spans and lines tell a secret. */
export function verifyHealth({ spans, lines, failures }: Omit<Traced, 'result'>, secrets: string[]): void {
  const told = JSON.stringify([spans, lines], (_, value) => (typeof value === 'bigint' ? String(value) : value));
  assert.deepEqual(
    secrets.filter((secret) => told.includes(secret)),
    [],
    'spans and lines must tell no secret',
  );
  assert.equal(failures, '', "Datadog's checks of the traces must hold");
}
