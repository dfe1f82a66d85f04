/** `/_local/*`: what AWS offers beside the API and this machine has to. For this machine alone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bus, PutEventsEntry } from '../pumps/bus.ts';
import { sendGatewayError } from './answer.ts';
import { readBody } from './body.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** EventBridge refuses a larger call. */
const putEventsLimit = 256 * 1024;

/** Answers POST /_local/events-api as EventBridge answers PutEvents, and GET /_local/events with the last events. */
export async function serveLocal(request: IncomingMessage, response: ServerResponse, path: string, bus: Bus): Promise<void> {
  if (!isLocal(request)) return sendGatewayError(response, 403);
  if (path === '/_local/events' && request.method === 'GET') return json(response, 200, { events: bus.recent() });
  if (path === '/_local/events-api' && request.method === 'POST') return putEvents(request, response, bus);
  return sendGatewayError(response, 404);
}

/** By the connection and by the name it was made to: a page that rebinds its own name to 127.0.0.1 stays out. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  return loopback.has(socket.remoteAddress ?? '') && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}

/** Answers a PutEvents call. */
export async function putEvents(request: IncomingMessage, response: ServerResponse, bus: Bus): Promise<void> {
  const body = await readBody(request);
  if (typeof body === 'string') return sendGatewayError(response, 413);
  // A web page cannot send this header to another origin unasked, so none can put events here.
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
  if (entries.reduce((sum, entry) => sum + entrySize(entry), 0) > putEventsLimit) {
    return fault(response, 'ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return json(response, 200, bus.put(entries));
}

/** As AWS counts it (AWS docs eb-putevent-size). */
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
