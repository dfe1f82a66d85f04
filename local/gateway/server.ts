/**
 * The local gateway: one HTTP server that is API Gateway for /api, CloudFront's origin for everything else, and runs the
 * functions in this process.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { isMailbox, type Mailbox, openMailbox } from '../mailbox/mailbox.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { type Bus, createBus } from '../pumps/bus.ts';
import type { Pumps } from '../pumps/pumps.ts';
import type { LocalFunction } from '../template.ts';
import { openTraces } from '../traces/traces.ts';
import { sendGatewayError, sendResult } from './answer.ts';
import { discardBody, hasBody, readBody } from './body.ts';
import { buildEvent, decodePath } from './event.ts';
import { createInvoker, type Invoker, TimedOut } from './invoke.ts';
import { isLocal, serveLocal } from './local-endpoints.ts';
import { pageHeaders } from './page-headers.ts';
import { compileRoutes } from './router.ts';
import { type StaticHandler, serveStatic } from './static-files.ts';

/** How long API Gateway waits for a function. */
const integrationLimitMs = 30_000;
/** API Gateway's limit for the request line and header values together. */
const headerLimit = 10_240;

export interface GatewayOptions {
  functions: LocalFunction[];
  /** Becomes part of this process's environment, for all functions. */
  env: Record<string, string>;
  /** 0: any free port. */
  port?: number;
  host?: string;
  /** The repository. */
  root?: string;
  /** The built SPA, or what serves it instead (Vite's development server); default `dist/web`. */
  web?: string | ((server: Server) => Promise<StaticHandler>);
  /** Starts what brings events to their consumers (startPumps); without it the bus shows events, and that is all. */
  pumps?: (invoke: Invoker['invoke']) => Promise<Pumps>;
  integrationMs?: number;
  /** Where traces that are sent to this gateway go on to; default: nowhere. */
  passTracesTo?: { endpoint: string; headers: Record<string, string> } | undefined;
  /** Says what an operator should know. */
  say?: ((line: string) => void) | undefined;
}

export interface Gateway {
  url: string;
  port: number;
  bus: Bus;
  pumps: Pumps | undefined;
  /** Calls a function directly, as schedules do. */
  invoke: Invoker['invoke'];
  /** Reloads these functions at their next call. */
  forget: Invoker['forget'];
  /** Stops accepting requests, lets running ones finish for up to `graceMs`, then closes their connections. */
  close(graceMs?: number): Promise<void>;
}

/** Starts the gateway; rejects with the listening error (EADDRINUSE …). */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { functions, env, port = 0, host = '127.0.0.1', integrationMs = integrationLimitMs } = options;
  const root = resolve(options.root ?? join(import.meta.dirname, '../..'));
  const match = compileRoutes(functions);
  const { invoke, forget, startFresh } = createInvoker(functions, env, root);
  // The fault `cold-starts`. What platform/ reads of the environment is there only now.
  if (env.FAULTS_ALLOWED === 'true') {
    const { hits } = await import('#platform/faults/faults.ts');
    startFresh(() => hits('cold-starts'));
  }
  const pumps = await options.pumps?.(invoke);
  const bus = createBus(pumps?.deliver);
  const traces = openTraces({ root, passTo: options.passTracesTo, say: options.say });
  const metrics = openMetrics({ env, queues: async () => (await pumps?.queues()) ?? [], traces: traces.counts });
  let mailbox: Mailbox | undefined;
  // Node's limit also counts header names and separators; it only has to be higher than ours.
  const server = createServer({ maxHeaderSize: 4 * headerLimit, keepAliveTimeout: 65_000 });
  const web = options.web ?? join(root, 'dist/web');
  const serveBuilt = serveStatic(
    resolve(typeof web === 'string' ? web : join(root, 'dist/web')),
    pageHeaders(env.PAYMENT_PROVIDER, env.DD_SITE),
  );
  const serveWeb = typeof web === 'string' ? serveBuilt : await web(server);

  async function serveApi(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    // What is refused before its route is known has none.
    let route = 'none';
    metrics.watch(request, response, () => route);
    if (headerSize(request) > headerLimit) return refuse(request, response, 431);
    const body = hasBody(request) ? await readBody(request) : { bytes: null };
    if (body === 'aborted') return;
    if (body === 'too large') return refuse(request, response, 413);
    const found = match(request.method as string, path);
    if (found === null) return sendGatewayError(response, 404);
    const { logicalId, routeKey } = found.target;
    route = routeKey.slice(routeKey.indexOf(' ') + 1);
    const event = buildEvent(request, path, found, body.bytes);
    try {
      const result = await invoke(logicalId, event, integrationMs);
      const fault = sendResult(response, result, event.requestContext.requestId);
      if (fault === null) return;
      console.error(`${logicalId} (${routeKey}) gave no answer that API Gateway takes: ${fault}`);
      sendGatewayError(response, 500);
    } catch (error) {
      console.error(`${logicalId} (${routeKey}) failed:`, error);
      if (!response.headersSent) sendGatewayError(response, error instanceof TimedOut && error.by === 'caller' ? 503 : 500);
      else response.destroy();
    }
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url as string;
    const mark = url.indexOf('?');
    const path = decodePath(mark < 0 ? url : url.slice(0, mark));
    const serve = async () => {
      if (path === null || !path.startsWith('/')) return refuse(request, response, 400);
      if (path === '/api' || path.startsWith('/api/')) return serveApi(request, response, path);
      if (path.startsWith('/_local/')) return serveLocal(request, response, path, { root, bus, pumps, functions, invoke, traces, metrics });
      if (isMailbox(path)) {
        if (!isLocal(request)) return sendGatewayError(response, 403);
        mailbox ??= openMailbox(env.DATABASE_URL as string, root);
        return mailbox.serve(request, response, path);
      }
      // The API's page is not part of the SPA: Vite's development server does not serve it.
      if (path === '/docs' || path.startsWith('/docs/')) return serveBuilt(request, response, path);
      return serveWeb(request, response, path);
    };
    serve().catch((error) => {
      console.error('the gateway failed:', error);
      if (response.headersSent) response.destroy();
      else sendGatewayError(response, 500);
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy();
    const [status, message] = error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request'];
    const body = JSON.stringify({ message });
    socket.end(
      `HTTP/1.1 ${status} ${message}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
  });

  server.listen({ port, host });
  await once(server, 'listening').catch(async (error) => {
    await Promise.all([pumps?.stop(0), traces.end(0), metrics.end()]);
    throw error;
  });
  pumps?.begin();
  const address = server.address();
  const actual = address !== null && typeof address !== 'string' ? address.port : port;
  return {
    url: `http://${host}:${actual}`,
    port: actual,
    bus,
    pumps,
    invoke,
    forget,
    async close(graceMs = 1_500) {
      // First, since the functions that they call may use the server.
      await pumps?.stop(graceMs);
      await closeServer(server, graceMs);
      await Promise.all([mailbox?.end(), traces.end(graceMs), metrics.end()]);
    },
  };
}

/** Answers with an error after the client has sent its whole body. If some of the body is still unread, the connection cannot be used again. */
async function refuse(request: IncomingMessage, response: ServerResponse, status: 400 | 413 | 431): Promise<void> {
  await discardBody(request);
  if (!request.complete) response.setHeader('connection', 'close');
  sendGatewayError(response, status);
}

function headerSize({ method, url, rawHeaders }: IncomingMessage): number {
  let size = (method as string).length + (url as string).length + 10;
  for (let i = 1; i < rawHeaders.length; i += 2) size += (rawHeaders[i] as string).length;
  return size;
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
