import { randomBytes } from 'node:crypto';
import type { TraceIds } from '../trace-ids.ts';
import { preciseClock } from './clock.ts';
import { type Attributes, type EndedSpan, encodeSpans } from './encode.ts';
import { failureOf } from './failure.ts';
import { watchFetch } from './fetch-spans.ts';
import type { HeaderSource } from './headers.ts';
import type { OpenSpan, SpanStart } from './open-span.ts';
import { poster } from './post.ts';
import { type RedisClient, watchCommands } from './redis-spans.ts';
import { type HttpEvent, requestSpan } from './request-span.ts';
import { type FunctionRun, resourceOf } from './resource.ts';
import { createSendQueue } from './send-queue.ts';
import { describer } from './statement-summary.ts';
import { taggedSpan } from './tagged-span.ts';

export interface TracerSettings {
  /** `/v1/traces` is added to it. */
  endpoint: string;
  /** Of every call of the collector. */
  headers: HeaderSource;
  stage: string;
  version: string;
  /** On Lambda, where a process is frozen after each answer: nothing is sent in the background. */
  region: string | undefined;
  /** The span that is active where it is called. */
  active: () => OpenSpan | undefined;
  say: (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) => void;
}

export interface Tracer {
  /** Opens the span of an invocation. @param caller its parent, which another process has; undefined: it begins a trace */
  openWork(run: FunctionRun, ids: TraceIds, caller: TraceIds | undefined, start: SpanStart): OpenSpan;
  /** The same for a request. @param path the route's template */
  openRequest(run: FunctionRun, ids: TraceIds, caller: TraceIds | undefined, path: string, event: HttpEvent): OpenSpan;
  /** Records each command of a connection by its name. */
  watchRedis(client: RedisClient): void;
  /** Before a process may be frozen: sends what has ended, for `budgetMs` at most. Elsewhere spans are sent in the background, and this does nothing. */
  flush(budgetMs: number): Promise<void>;
}

export { headersFrom } from './headers.ts';

const backgroundMs = 500;
const backgroundCallMs = 5_000;
/** Spans that lead to a call at once. */
const full = 512;

/** The tracer of mode `otlp`. One a process, loaded in no other mode (platform/telemetry/otlp.ts). */
export function createTracer({ endpoint, headers, stage, version, region, active, say }: TracerSettings): Tracer {
  const now = preciseClock();
  const describe = describer();
  const queue = createSendQueue({
    encode: (spans) => encodeSpans(spans, version),
    post: poster(new URL(`${endpoint.replace(/\/$/, '')}/v1/traces`), headers),
    say,
    now: Date.now,
  });
  const inBackground = region === undefined;
  let scheduled = false;

  function keep(span: EndedSpan): void {
    queue.add(span);
    if (!inBackground) return;
    if (queue.size() === full) void queue.flush(backgroundCallMs);
    sendSoon();
  }

  /** Goes on for as long as something is queued: after the last span of all a collector may still be away. */
  function sendSoon(): void {
    if (scheduled) return;
    scheduled = true;
    setTimeout(async () => {
      await queue.flush(backgroundCallMs);
      scheduled = false;
      if (queue.size() > 0) sendSoon();
    }, backgroundMs).unref();
  }

  const newSpanId = () => randomBytes(8).toString('hex');
  const newTrace = () => ({ traceId: randomBytes(16).toString('hex'), sampled: true });

  function openSpan(
    resource: Attributes,
    ids: TraceIds,
    parentSpanId: string | undefined,
    { name, kind, attributes }: SpanStart,
  ): OpenSpan {
    const span: EndedSpan = {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId,
      name,
      kind,
      start: now(),
      end: 0,
      attributes: { ...attributes },
      exceptions: [],
      links: [],
      failure: undefined,
      resource,
    };
    const open = (start: SpanStart, sender?: TraceIds | null): OpenSpan => {
      if (sender === undefined) return openSpan(resource, { ...ids, spanId: newSpanId() }, ids.spanId, start);
      const trace = sender ?? newTrace();
      const opened = openSpan(resource, { ...trace, spanId: newSpanId() }, sender?.spanId, start);
      opened.link(ids);
      if (sender) span.links.push(sender);
      return opened;
    };
    return {
      ...ids,
      open,
      openTagged: (tagged, tags, sender) => open(taggedSpan(tagged, tags), sender),
      openWait: ({ host, port, database }) =>
        open({
          name: 'pg-pool.connect',
          kind: 'client',
          attributes: {
            'db.system.name': 'postgresql',
            'db.namespace': database,
            'db.client.connection.pool.name': `${host}:${port}/${database}`,
            'server.address': host,
            'server.port': port,
          },
        }),
      openStatement(text, { host, port, database }) {
        const { summary, text: shown } = describe(text);
        const attributes = {
          'db.system.name': 'postgresql',
          'db.namespace': database,
          'db.query.summary': summary,
          'db.query.text': shown,
          'server.address': host,
          'server.port': port,
        };
        return open({ name: summary, kind: 'client', attributes });
      },
      set: (more) => void Object.assign(span.attributes, more),
      link: (to) => void span.links.push(to),
      fail(error, type) {
        const failure = failureOf(error);
        span.failure = failure.message;
        span.attributes['error.type'] = type ?? failure.type;
        span.exceptions.push({ at: now(), attributes: failure.exception });
      },
      failAs(type) {
        span.failure = type;
        span.attributes['error.type'] = type;
      },
      end(leastMs = 0) {
        span.end = now();
        if (ids.sampled && (span.end - span.start >= leastMs || span.failure !== undefined)) keep(span);
      },
    };
  }

  const resources = new Map<string, Attributes>();
  watchFetch(active);
  const openWork: Tracer['openWork'] = (run, ids, caller, start) => {
    const known = resources.get(run.functionName);
    const resource = known ?? resourceOf(run, { stage, version, region });
    resources.set(run.functionName, resource);
    const attributes = { ...start.attributes, 'faas.invocation_id': run.awsRequestId, 'faas.coldstart': known === undefined };
    return openSpan(resource, caller ? { ...caller, spanId: newSpanId() } : ids, caller?.spanId, { ...start, attributes });
  };
  return {
    openWork,
    openRequest: (run, ids, caller, path, event) => openWork(run, ids, caller, requestSpan(path, event)),
    watchRedis: (client) => watchCommands(client, active),
    flush: (budgetMs) => (inBackground || queue.size() === 0 ? Promise.resolve() : queue.flush(budgetMs)),
  };
}
