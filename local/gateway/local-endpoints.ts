/** `/_local/*`: stand-ins for AWS services other than API Gateway. Only processes of this machine may call them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from '../metrics/metrics.ts';
import { pageFile } from '../pages/files.ts';
import { sendFile } from '../pages/send.ts';
import type { Bus, PutEventsEntry } from '../pumps/bus.ts';
import type { Pumps } from '../pumps/pumps.ts';
import type { LocalFunction } from '../template.ts';
import { isTraces, type Traces } from '../traces/traces.ts';
import { sendGatewayError } from './answer.ts';
import { takeAwsEvent } from './aws-events.ts';
import { readBody } from './body.ts';
import type { Invoker } from './invoke.ts';
import { invokeFunction, sendEmail, sendEmailPath } from './mail-endpoints.ts';
import { serveSqs } from './sqs-api.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** EventBridge's limit for a call. */
const putEventsLimit = 256 * 1024;

interface Surroundings {
  /** The repository. */
  root: string;
  bus: Bus;
  pumps: Pumps | undefined;
  functions: readonly LocalFunction[];
  invoke: Invoker['invoke'];
  traces: Traces;
  metrics: Metrics;
}

/**
 * Answers POST /_local/events-api as EventBridge answers PutEvents, POST /_local/sqs as SQS, GET /_local/events with the last events, and GET
 * /_local/queues with what queues and streams hold. Also POST /_local/ses/… and /_local/lambda/…, which mails take with `MAIL_TRANSPORT=ses`,
 * POST /_local/aws-events, by which a developer plays an AWS service that puts an event on the default bus, and POST /_local/otlp/v1/traces, a
 * receiver of OpenTelemetry's traces, which GET /_local/traces shows. GET /_local/metrics
 * is for Prometheus.
 */
export async function serveLocal(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { root, bus, pumps, functions, invoke, traces, metrics }: Surroundings,
): Promise<void> {
  if (!isLocal(request)) return sendGatewayError(response, 403);
  if (path === '/_local/events' && request.method === 'GET') return json(response, 200, { events: bus.recent() });
  if (path === '/_local/events-api' && request.method === 'POST') return putEvents(request, response, bus);
  if (path === '/_local/sqs' || path.startsWith('/_local/sqs/')) return serveSqs(request, response, path, pumps);
  if (path === '/_local/aws-events' && request.method === 'POST') return takeAwsEvent(request, response, pumps);
  if (path === '/_local/queues' && request.method === 'GET') return json(response, 200, { queues: (await pumps?.queues()) ?? [] });
  if (path === `/_local/ses${sendEmailPath}` && request.method === 'POST') return sendEmail(request, response);
  if (path === '/_local/otlp/v1/traces') return traces.receive(request, response);
  if (path === '/_local/metrics') return metrics.serve(request, response);
  const file = pageFile(path);
  if (file !== undefined && request.method === 'GET') return sendFile(response, root, file);
  if (isTraces(path)) return traces.serve(request, response, path);
  if (path.startsWith('/_local/lambda/') && request.method === 'POST')
    return invokeFunction(request, response, path.slice('/_local/lambda'.length), { functions, invoke });
  return sendGatewayError(response, 404);
}

/** Checks the address and the Host header: with DNS rebinding, a web page makes its own host name point to 127.0.0.1. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return loopback.has(socket.remoteAddress ?? '') && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}

/** Answers a PutEvents call. */
export async function putEvents(request: IncomingMessage, response: ServerResponse, bus: Bus): Promise<void> {
  const body = await readBody(request);
  if (typeof body === 'string') return sendGatewayError(response, 413);
  // CSRF: a web page cannot send a custom header to another origin without a CORS preflight, which is refused here.
  if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents')
    return fault(response, 'UnknownOperationException', 'the target must be AWSEvents.PutEvents');
  let entries: PutEventsEntry[];
  try {
    entries = (JSON.parse(String(body.bytes)) as { Entries: PutEventsEntry[] }).Entries;
  } catch {
    return fault(response, 'SerializationException', 'the body is not JSON');
  }
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > 10) {
    return fault(
      response,
      'ValidationException',
      "Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
    );
  }
  if (!entries.every(isEntry)) return fault(response, 'SerializationException', 'an entry is no object, or has resources that are no list');
  if (entries.reduce((sum, entry) => sum + entrySize(entry), 0) > putEventsLimit) {
    return fault(response, 'ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  try {
    return json(response, 200, await bus.put(entries));
  } catch (error) {
    console.error('the event bus could not store events:', error instanceof Error ? error.message : error);
    return json(response, 500, { __type: 'InternalFailure', message: 'The events could not be stored.' });
  }
}

const isEntry = (entry: Partial<PutEventsEntry> | null) =>
  typeof entry === 'object' && entry !== null && (entry.Resources === undefined || Array.isArray(entry.Resources));

/** Counted as EventBridge does (AWS docs eb-putevent-size). */
function entrySize({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  return (
    (Time === undefined ? 0 : 14) +
    [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(String(text)), 0)
  );
}

const fault = (response: ServerResponse, type: string, message: string): void => json(response, 400, { __type: type, message });

function json(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
