import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/server.ts';
import { type PumpOptions, type Pumps, startPumps } from '#local/pumps/pumps.ts';
import { freePort } from '#local/services/ports.ts';
import { localVariables, readLocalStack } from '#local/values.ts';
import { freshDatabase, type TestDatabase } from './database.ts';
import { checkEmittedEvents } from './emitted-events.ts';
import { msToFullMinute } from './minute.ts';
import { unitVariables } from './variables.ts';

/** An answer, read. `body` is parsed JSON, whatever the shape: tests say what they expect of it. */
export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test's expectations are its types
  body: any;
  text: string;
}

export interface Call {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The built functions behind the local gateway, on a database of their own. One a test file: bundles live as long as the process. */
export interface Shop {
  url: string;
  database: TestDatabase;
  gateway: Gateway;
  /** Of a shop that was started with `pumps`; asking a shop without for them throws. */
  pumps: ShopPumps;
  call(path: string, call?: Call): Promise<Reply>;
  /** Stops it. @throws when an event was emitted that does not fit its contract */
  end(): Promise<void>;
}

export interface ShopOptions {
  /** Whether events are brought to their consumers, and how; by default the bus takes them, and that is all. */
  pumps?: boolean | Pick<PumpOptions, 'retryMs' | 'duplicateEvery' | 'say'>;
  /** Whether functions send their spans to the gateway, as `npm start` has it; by default none are made. */
  traces?: boolean;
}

export interface ShopPumps extends Pick<Pumps, 'advance' | 'queues'> {
  /**
   * Waits until every event of the outbox is on the bus and nothing is waiting, delayed or under way for a consumer. What a request could not
   * publish in time the relay publishes here. Open windows do not count: `advance(60_000)` ends one of a minute. (The pumps' clock begins at a
   * full minute, so that a window ends by itself a minute after the start at the earliest.)
   * @throws Error after `limitMs`, saying what is left
   */
  settled(limitMs?: number): Promise<void>;
}

/**
 * With the run's Redis, under a key prefix of its own; `REDIS_URL: ''` is a shop without.
 * @param variables replace the template's; limits are wide unless a test sets its own, and faults on purpose are not allowed unless it says `FAULTS_ALLOWED: 'true'`
 */
export async function startShop(
  variables: Record<string, string> = {},
  { pumps = false, traces = false }: ShopOptions = {},
): Promise<Shop> {
  const root = join(import.meta.dirname, '../..');
  const database = await freshDatabase();
  const port = await freePort();
  const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY } = unitVariables;
  const { LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS, LOGIN_FAILURES_PER_ACCOUNT, LOGIN_FAILURES_PER_ADDRESS } = unitVariables;
  const secrets = { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY };
  const wide = {
    RATE_LIMIT_PER_MINUTE: '1000000',
    ACCOUNT_RATE_LIMIT_PER_MINUTE: '1000000',
    LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS,
    LOGIN_FAILURES_PER_ACCOUNT,
    LOGIN_FAILURES_PER_ADDRESS,
  };
  const local = localVariables({
    databaseUrl: database.url,
    adminUrl: database.adminUrl,
    redisUrl: inject('redisUrl'),
    gatewayPort: port,
    secrets,
  });
  const quiet = { POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT' };
  const asProd = { FAULTS_ALLOWED: 'false' };
  const own = { ...quiet, ...wide, ...asProd, REDIS_KEY_PREFIX: `test-${randomUUID()}:` };
  const traced = traces && { INSTRUMENTATION: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/_local/otlp` };
  const stack = readLocalStack(join(root, 'template.yaml'), local, { ...own, ...traced, ...variables });
  const { template } = stack;
  // What fails is tried again sooner than on a developer's machine: a test waits for it.
  const options = { template, databaseUrl: database.adminUrl, retryMs: 50, ...(pumps !== true && pumps) };
  const gateway = await startGateway({
    ...stack,
    port,
    root,
    ...(pumps && { pumps: (invoke: Gateway['invoke']) => startPumps({ ...options, invoke }) }),
  });
  gateway.pumps?.advance(msToFullMinute());
  return {
    url: gateway.url,
    database,
    gateway,
    get pumps() {
      if (!gateway.pumps) throw new Error('This shop was started without pumps');
      return { advance: gateway.pumps.advance, queues: gateway.pumps.queues, settled: settling(gateway, gateway.pumps, database) };
    },
    call: (path, call) => request(gateway.url, path, call),
    end: async () => {
      await gateway.close(0);
      await checkEmittedEvents(database).finally(database.end);
    },
  };
}

const settling =
  ({ invoke }: Gateway, pumps: Pumps, database: TestDatabase) =>
  async (limitMs = 30_000): Promise<void> => {
    const deadline = Date.now() + limitMs;
    for (;;) {
      await pumps.settled(Math.max(deadline - Date.now(), 0));
      const rows = await database.query<{ type: string; last_error: string | null }>(
        'select type, last_error from outbox where published_at is null',
      );
      if (rows.length === 0) return;
      if (Date.now() > deadline) throw new Error(`the outbox does not empty: ${JSON.stringify(rows)}`);
      // Later than any event's next try.
      const { sent } = (await invoke('OpsRelayOutbox', { time: new Date(Date.now() + 86_400_000).toISOString() })) as { sent: number };
      // Rows that somebody else is publishing now are skipped.
      if (sent === 0) await setTimeout(50);
    }
  };

/** One request. A body that is an object is sent as JSON, a string as it is. */
export async function request(base: string, path: string, { method, body, headers = {} }: Call = {}): Promise<Reply> {
  const response = await fetch(base + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** What can still be ordered of a product, from the record: a page's copy may be 2 s old. */
export async function stockOf({ database }: Pick<Shop, 'database'>, productId: string): Promise<number> {
  const [row] = await database.query<{ stock: number }>('select stock from products where id = $1', [productId]);
  if (!row) throw new Error(`There is no product ${productId}`);
  return row.stock;
}

export const address = { name: 'Ada Byron', line1: '12 St James Square', city: 'Springfield', postalCode: '62704', country: 'US' };

/** A guest's way to an order, step by step; each gives the raw reply. */
export function guest(shop: Pick<Shop, 'call'>) {
  const key = () => randomUUID();
  return {
    order: (items: { productId: string; quantity: number }[], more: object = {}, idempotencyKey = key()) =>
      shop.call('/api/orders', {
        headers: { 'idempotency-key': idempotencyKey },
        body: { items, email: 'ada@example.com', shippingAddress: address, shippingMethod: 'standard', ...more },
      }),
    read: (order: { id: string; accessToken: string }) =>
      shop.call(`/api/orders/${order.id}`, { headers: { 'x-order-token': order.accessToken } }),
    cancel: (order: { id: string; accessToken: string }) =>
      shop.call(`/api/orders/${order.id}/cancel`, { method: 'POST', headers: { 'x-order-token': order.accessToken } }),
    intent: (order: { id: string; accessToken: string }, idempotencyKey = key()) =>
      shop.call('/api/payment/create-intent', {
        headers: { 'idempotency-key': idempotencyKey, 'x-order-token': order.accessToken },
        body: { orderId: order.id },
      }),
    confirm: (order: { accessToken: string }, intentId: string, paymentMethod: string) =>
      shop.call('/api/payment/confirm', { headers: { 'x-order-token': order.accessToken }, body: { intentId, paymentMethod } }),
  };
}
