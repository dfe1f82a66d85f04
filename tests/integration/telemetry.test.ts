import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type GatewayProcess, startGatewayProcess } from '#tests/support/gateway-process.ts';
import { guest, type Reply } from '#tests/support/shop.ts';

// biome-ignore lint/suspicious/noExplicitAny: a log line; the expectations are its types
type Line = Record<string, any>;

/** A gateway in a process of its own, with all that its functions write to stdout. */
interface Logged {
  gateway: GatewayProcess;
  texts: string[];
  lines(): Line[];
  /** The one line of a request. */
  lineOf(reply: Reply): Promise<Line>;
}

let database: TestDatabase;
const started: GatewayProcess[] = [];

/** @param pumpsUrl where events wait for their consumers; without it they go to nobody */
async function start(variables: Record<string, string> = {}, env: Record<string, string> = {}, pumpsUrl?: string): Promise<Logged> {
  const texts: string[] = [];
  const gateway = await startGatewayProcess(database.url, variables, {
    onLine: (line) => texts.push(line),
    env,
    ...(pumpsUrl !== undefined && { pumpsUrl }),
  });
  started.push(gateway);
  const lines = () => texts.map((text) => JSON.parse(text) as Line);
  const of = (reply: Reply) => lines().filter((line) => line.request_id === reply.headers.get('x-request-id'));
  return {
    gateway,
    texts,
    lines,
    lineOf: async (reply) => {
      await until(() => of(reply).length > 0);
      expect(of(reply)).toHaveLength(1);
      return of(reply)[0] as Line;
    },
  };
}

async function until(holds: () => unknown, deadline = Date.now() + 10_000): Promise<void> {
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ten seconds: ${holds}`);
    await pause(10);
  }
}

beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await Promise.all(started.map((gateway) => gateway.kill()));
  await database.end();
});

const units = new Set(['Count', 'Milliseconds', 'None']);

/** The rules of CloudWatch's embedded metric format (its specification's JSON schema). @returns name → the values it counts */
function metricsOf(line: Line): Record<string, number[]> {
  if (line._aws === undefined) return {};
  expect(Object.keys(line._aws).sort()).toEqual(['CloudWatchMetrics', 'Timestamp']);
  expect(Math.abs(line._aws.Timestamp - Date.now())).toBeLessThan(60_000);
  expect(line._aws.CloudWatchMetrics.length).toBeGreaterThan(0);
  const found: Record<string, number[]> = {};
  for (const { Namespace, Dimensions, Metrics, ...rest } of line._aws.CloudWatchMetrics) {
    expect(rest).toEqual({});
    expect(Namespace).toBe('Kelvo');
    expect(Dimensions.length).toBeGreaterThan(0);
    expect(Metrics.length).toBeGreaterThan(0);
    expect(Metrics.length).toBeLessThanOrEqual(100);
    for (const set of Dimensions) {
      expect(set.length).toBeLessThanOrEqual(30);
      for (const name of set) expect([name, typeof line[name]]).toEqual([name, 'string']);
    }
    for (const { Name, Unit } of Metrics) {
      expect(found[Name]).toBeUndefined(); // counted once
      expect(units.has(Unit)).toBe(true);
      const values = [line[Name]].flat();
      expect(values.length).toBeLessThanOrEqual(100);
      expect(values.every(Number.isFinite)).toBe(true);
      found[Name] = values;
    }
  }
  return found;
}

/** The dimensions of a line's metric. */
const dimensionsOf = (line: Line, name: string): string[] =>
  line._aws.CloudWatchMetrics.find(({ Metrics }: Line) => Metrics.some(({ Name }: Line) => Name === name)).Dimensions[0];

/** Everything that was counted, summed up by name and the values of its dimensions besides `env`. */
function totals(lines: Line[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of lines) {
    for (const [name, values] of Object.entries(metricsOf(line))) {
      const by = dimensionsOf(line, name).filter((dimension) => dimension !== 'env');
      const key = [name, ...by.map((dimension) => line[dimension])].join(' ');
      sums[key] = values.reduce((sum, value) => sum + value, sums[key] ?? 0);
    }
  }
  return sums;
}

const stocked = async () =>
  (await database.query<{ id: string }>('select id from products where stock >= 60 order by id')).map(({ id }) => id);

describe('a purchase, as its log lines tell it', () => {
  let shop: Logged;
  let replies: Reply[];
  let secrets: string[];
  let total: number;

  beforeAll(async () => {
    shop = await start();
    const buyer = guest(shop.gateway);
    const [productId = ''] = await stocked();
    const sessionId = randomUUID();
    const key = randomUUID();
    const call = shop.gateway.call;
    const added = await call('/api/cart/add', { body: { sessionId, productId, quantity: 2 } });
    const read = await call(`/api/cart/${sessionId}?currency=EUR`);
    const placed = await buyer.order([], { items: undefined, sessionId, currency: 'EUR' }, key);
    const replayed = await buyer.order([], { items: undefined, sessionId, currency: 'EUR' }, key);
    const intent = await buyer.intent(placed.body);
    const declined = await buyer.confirm(placed.body, intent.body.id, 'pm_card_declined');
    const paid = await buyer.confirm(placed.body, intent.body.id, 'pm_card_visa');
    const confirmedAgain = await buyer.confirm(placed.body, intent.body.id, 'pm_card_visa');
    const found = await call('/api/search?q=keyboard');
    const nothing = await call('/api/search?q=zyzzyvas');
    const login = await call('/api/auth/login', { body: { email: 'nobody@example.com', password: 'correct horse battery' } });
    const lost = await call(`/api/nowhere/${sessionId}`);
    const stranger = await call(`/api/orders/${placed.body.id}`, { headers: { 'x-order-token': 'wrong' } });
    replies = [added, read, placed, replayed, intent, declined, paid, confirmedAgain, found, nothing, login, lost, stranger];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 201, 201, 201, 200, 200, 200, 200, 200, 401, 404, 404]);
    expect([paid.body.status, found.body.items.length > 0, nothing.body.total]).toEqual(['succeeded', true, 0]);
    total = placed.body.total.amount;
    secrets = [
      sessionId,
      key,
      placed.body.accessToken,
      intent.body.clientSecret,
      'correct horse',
      'pm_card',
      'zyzzyvas',
      'example.com',
      '12 St James Square',
      '/api/nowhere',
      `/api/cart/${sessionId.slice(0, 8)}`,
    ];
    for (const reply of replies) await shop.lineOf(reply);
  });

  it('is one JSON object a request, and no other line', () => {
    expect(shop.texts).toHaveLength(replies.length);
    for (const line of shop.lines()) {
      expect(line).toMatchObject({
        level: 'INFO',
        message: 'request',
        env: 'local',
        version: expect.any(String),
        service: expect.stringMatching(/^rum-shop-(cart|order-service|payment|search|auth|ops)$/),
        request_id: expect.any(String),
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        'dd.trace_id': expect.stringMatching(/^\d+$/),
        'dd.span_id': expect.stringMatching(/^\d+$/),
        method: expect.stringMatching(/^(GET|POST)$/),
        route: expect.stringMatching(/^(\/api\/|\$default)/),
        status: expect.any(Number),
        duration_ms: expect.any(Number),
      });
    }
  });

  it('says which was the first of its function, on which a sandbox had to begin', async () => {
    const [, , placed, replayed, intent, declined, paid] = replies as [Reply, Reply, Reply, Reply, Reply, Reply, Reply];
    for (const first of [placed, intent, declined]) expect((await shop.lineOf(first)).cold_start).toBe(true);
    for (const later of [replayed, paid]) expect(await shop.lineOf(later)).not.toHaveProperty('cold_start');
  });

  it('holds no token, password, card, cart id, address, search word or path', () => {
    const written = shop.texts.join('\n');
    expect(secrets.every((secret) => typeof secret === 'string' && secret.length > 5)).toBe(true);
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });

  it('counts what happened, once: a replay and a second confirm count as nothing', () => {
    expect(totals(shop.lines())).toEqual({
      cart_adds: 1,
      orders_placed: 1,
      payment_failures: 1,
      'revenue EUR': total,
      searches_without_result: 1,
    });
  });

  it('leaves requests and how long each took to what AWS measures anyway, for each metric costs; the line has route and status', async () => {
    const line = await shop.lineOf(replies[2] as Reply);
    expect(line._aws.CloudWatchMetrics).toEqual([
      { Namespace: 'Kelvo', Dimensions: [['env']], Metrics: [{ Name: 'orders_placed', Unit: 'Count' }] },
    ]);
    expect(line).toMatchObject({ method: 'POST', route: '/api/orders', status: 201, duration_ms: expect.any(Number) });
    expect((await shop.lineOf(replies[1] as Reply))._aws).toBeUndefined();
  });

  it('makes one metric a name, for all services together, and one a currency for money alone', () => {
    const dimensions = shop.lines().flatMap((line) => Object.keys(metricsOf(line)).map((name) => [name, dimensionsOf(line, name)]));
    expect(Object.fromEntries(dimensions)).toEqual({
      cart_adds: ['env'],
      orders_placed: ['env'],
      payment_failures: ['env'],
      revenue: ['env', 'currency'],
      searches_without_result: ['env'],
    });
  });

  it('keeps what it measures apart when many happen at once', async () => {
    const [productId = ''] = await stocked();
    const calls = Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0 ? shop.gateway.call('/api/cart/add', { body: { productId, quantity: 1 } }) : shop.gateway.call('/api/search?q=zyzzyvas'),
    );
    const lines = await Promise.all((await Promise.all(calls)).map(shop.lineOf));
    const measured = lines.map((line) => Object.keys(metricsOf(line)).sort().join());
    expect(measured.filter((names) => names === 'cart_adds')).toHaveLength(20);
    expect(measured.filter((names) => names === 'searches_without_result')).toHaveLength(20);
    expect(new Set(lines.map((line) => line.trace_id)).size).toBe(40);
  });

  it('says what an error of ours was', async () => {
    const dark = await start({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' });
    const reply = await dark.gateway.call('/api/products');
    expect(reply.status).toBe(503);
    const line = await dark.lineOf(reply);
    expect(line).toMatchObject({ level: 'ERROR', status: 503, error: { message: expect.any(String) } });
  });
});

describe('the log level', () => {
  it('leaves lines out and metrics in', async () => {
    const shop = await start({ POWERTOOLS_LOG_LEVEL: 'WARN' });
    await shop.gateway.call('/api/products');
    await shop.gateway.call('/api/cart/add', { body: { productId: (await stocked())[0], quantity: 1 } });
    await until(() => shop.texts.length >= 1);
    expect(totals(shop.lines())).toEqual({ cart_adds: 1 });
    expect(shop.lines().map(({ message }) => message)).toEqual([undefined]);
  });
});

describe('metrics', () => {
  it.each(['remote', 'xray'])('go into the log with %s', async (mode) => {
    const shop = await start({ INSTRUMENTATION: mode });
    const line = await shop.lineOf(await shop.gateway.call('/api/cart/add', { body: { productId: (await stocked())[0], quantity: 1 } }));
    expect(totals([line])).toEqual({ cart_adds: 1 });
  });

  it('say each minute how long the oldest event waits to leave, when the bus is away too, and how many orders expired', async () => {
    const shop = await start({ EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' });
    const relay = (at: Date) => shop.gateway.invoke('OpsRelayOutbox', at).catch(() => undefined);
    const ages = () => shop.lines().flatMap((line) => metricsOf(line).outbox_age ?? []);
    await database.query('update outbox set published_at = now() where published_at is null');
    await relay(new Date());
    await until(() => ages().length === 1);
    const placed = await guest(shop.gateway).order([{ productId: (await stocked())[0] ?? '', quantity: 1 }]);
    expect(placed.status).toBe(201);
    await relay(new Date(Date.now() + 600_000));
    await until(() => ages().length === 2);
    expect(ages()[0]).toBe(0);
    expect(ages()[1]).toBeGreaterThan(590_000);
    expect(ages()[1]).toBeLessThan(660_000);
    await shop.gateway.invoke('OrdersExpireOrders', new Date(Date.now() + 3_600_000));
    await until(() => totals(shop.lines()).orders_expired !== undefined);
    expect(totals(shop.lines()).orders_expired).toBeGreaterThanOrEqual(1);
  });
});

describe('a trace that began in the browser', () => {
  let shop: Logged;
  let products: string[];
  beforeAll(async () => {
    shop = await start();
    products = await stocked();
  });

  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const short = `0000000000000000${traceId.slice(16)}`;
  const spanId = '00f067aa0ba902b7';
  const datadog = { 'x-datadog-trace-id': '11803532876627986230', 'x-datadog-parent-id': '67667974448284343' };

  it.each([
    ['W3C headers', { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'dd=s:1;o:rum' }, traceId, '01'],
    ['W3C headers, unsampled', { traceparent: `00-${traceId}-${spanId}-00` }, traceId, '00'],
    ["Datadog's headers", { ...datadog, 'x-datadog-sampling-priority': '1', 'x-datadog-origin': 'rum' }, short, '01'],
    ["Datadog's headers, unsampled", { ...datadog, 'x-datadog-sampling-priority': '0' }, short, '00'],
    ["Datadog's headers with 128 bits", { ...datadog, 'x-datadog-tags': `_dd.p.tid=${traceId.slice(0, 16)}` }, traceId, '01'],
  ])('by %s goes on through the log line to the event', async (_, headers: Record<string, string>, trace, flags) => {
    const reply = await shop.gateway.call('/api/orders', {
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: {
        items: [{ productId: products.pop(), quantity: 1 }],
        email: 'ada@example.com',
        shippingAddress: { name: 'Ada', line1: '1 Road', city: 'Town', postalCode: '62704', country: 'US' },
        shippingMethod: 'standard',
      },
    });
    expect(reply.status).toBe(201);
    expect(await shop.lineOf(reply)).toMatchObject({
      trace_id: trace,
      'dd.trace_id': datadog['x-datadog-trace-id'],
      'dd.span_id': datadog['x-datadog-parent-id'],
    });
    const [row] = await database.query<{ event: Line }>("select event from outbox where event->>'subject' = $1", [reply.body.id]);
    const traceparent = `00-${trace}-${spanId}-${flags}`;
    expect(row?.event).toMatchObject({ traceparent });
    expect(row?.event._datadog).toEqual({
      traceparent,
      ...datadog,
      'x-datadog-sampling-priority': flags === '01' ? '1' : '0',
      ...(trace === traceId ? { 'x-datadog-tags': `_dd.p.tid=${traceId.slice(0, 16)}` } : {}),
    });
  });

  it('is in the problem document, and begins anew where nobody brought one', async () => {
    const refused = await shop.gateway.call('/api/nowhere', { headers: { traceparent: `00-${traceId}-${spanId}-01` } });
    expect(refused.body.traceId).toBe(traceId);
    const [first, second] = [await shop.gateway.call('/api/nowhere'), await shop.gateway.call('/api/nowhere')];
    expect((await shop.lineOf(first)).trace_id).toBe(first.body.traceId);
    expect(new Set([first.body.traceId, second.body.traceId, traceId]).size).toBe(3);
  });
});

describe('a trace goes on through the queue to the mail', () => {
  // They share the queues: one that is left over would consume what the next test looks for.
  afterEach(() => Promise.all(started.splice(0).map((gateway) => gateway.kill())));

  const traceId = '7d3f0c1a9be2486fa5d04c8e6b1f2a37';
  const spanId = 'b7ad6b7169203331';
  /** As Datadog's RUM sends them from the browser: both kinds. */
  const fromBrowser = (trace: string) => ({
    traceparent: `00-${trace}-${spanId}-01`,
    tracestate: 'dd=s:1;o:rum',
    'x-datadog-trace-id': BigInt(`0x${trace.slice(16)}`).toString(),
    'x-datadog-parent-id': BigInt(`0x${spanId}`).toString(),
    'x-datadog-sampling-priority': '1',
    'x-datadog-origin': 'rum',
  });
  const order = async (shop: Logged, headers: Record<string, string>): Promise<string> => {
    const [productId = ''] = await stocked();
    const { status, body } = await shop.gateway.call('/api/orders', {
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: {
        items: [{ productId, quantity: 1 }],
        email: 'ada@mail.kelvo.shop', // nothing leaves: SES is the gateway here
        shippingAddress: { name: 'Ada', line1: '1 Road', city: 'Town', postalCode: '62704', country: 'US' },
        shippingMethod: 'standard',
      },
    });
    expect(status).toBe(201);
    return body.id;
  };
  const asInCloud = () => start({ MAIL_TRANSPORT: 'ses' }, {}, database.adminUrl);
  /** The hops of a trace that have written a line: the API, the consumer, the function that sends the mail. An event may come twice. */
  const hopsOf = (shop: Logged, trace: string): string[] => {
    const hops = shop
      .lines()
      .filter(({ message, trace_id }) => trace_id === trace && ['request', 'event', 'call'].includes(message))
      .map(({ route, consumer, function: name, service }) => `${route ?? consumer ?? name} of ${service}`);
    return [...new Set(hops)].sort();
  };
  /** What a request could not bring to the bus in time is sent by the relay. */
  const relay = (shop: Logged) => shop.gateway.invoke('OpsRelayOutbox', new Date(Date.now() + 60_000));
  const hops = ['notifications/notify-people of rum-shop-notifications', 'rumshop-notifications-send-mail-local of rum-shop-notifications'];

  it('of the browser, and of each order in its own, however many are consumed together', async () => {
    const shop = await asInCloud();
    const traces = [1, 2, 3].map((i) => `${traceId.slice(0, -1)}${i}`);
    await Promise.all(traces.map((trace) => order(shop, fromBrowser(trace))));
    await relay(shop);
    for (const trace of traces) {
      await until(() => hopsOf(shop, trace).length >= 3);
      expect(hopsOf(shop, trace)).toEqual(['/api/orders of rum-shop-order-service', ...hops]);
      const line = shop.lines().find(({ message, trace_id }) => message === 'event' && trace_id === trace) as Line;
      expect(line.age_ms).toBeGreaterThanOrEqual(line.duration_ms - 1);
    }
  });

  it('though the process that took the order was killed before the bus had its event', async () => {
    const first = await start({ EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' });
    const id = await order(first, fromBrowser(traceId));
    await first.gateway.kill();
    const shop = await asInCloud();
    await relay(shop);
    await until(() => hopsOf(shop, traceId).length >= 2);
    expect(hopsOf(shop, traceId)).toEqual(hops);
    const relays = shop.lines().filter(({ function: name }) => name === 'rumshop-ops-relay-outbox-local');
    expect(relays.map(({ trace_id }) => trace_id)).not.toContain(traceId);
    expect(relays.length).toBeGreaterThan(0);
    const ofOrder = shop.lines().filter(({ subject }) => subject === id);
    expect(new Set(ofOrder.map(({ trace_id }) => trace_id))).toEqual(new Set([traceId]));
  });

  it('and begins anew where an event has lost its own: its lines still have one', async () => {
    const first = await start({ EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' });
    const ids = [await order(first, fromBrowser(traceId)), await order(first, fromBrowser(traceId))];
    await first.gateway.kill();
    await database.query("update outbox set event = event - 'traceparent' - '_datadog' where event->>'subject' = any($1)", [ids]);
    const shop = await asInCloud();
    await relay(shop);
    const linesOf = (id: string) => shop.lines().filter(({ subject }) => subject === id);
    for (const id of ids) await until(() => linesOf(id).length > 0);
    const traces = ids.map((id) => linesOf(id)[0]?.trace_id as string);
    expect(new Set([...traces, traceId]).size).toBe(3);
    for (const trace of traces) {
      await until(() => hopsOf(shop, trace).length >= 2);
      expect(hopsOf(shop, trace)).toEqual(hops);
    }
  });
});

describe('X-Ray', () => {
  let daemon: Socket;
  const segments: Line[] = [];
  beforeAll(async () => {
    daemon = createSocket('udp4');
    // A datagram is a header line and a JSON document.
    daemon.on('message', (datagram) => segments.push(JSON.parse(datagram.toString().split('\n')[1] as string)));
    daemon.bind(0, '127.0.0.1');
    await once(daemon, 'listening');
  });
  afterAll(() => daemon.close());

  const root = '1-5759e988-bd862e3fe1be46a994272793';
  const parent = '53995c3f42cd8ad8';

  it("takes each request as a subsegment of Lambda's own, and its trace is the one in logs and events", async () => {
    const shop = await start(
      { INSTRUMENTATION: 'xray' },
      {
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        LAMBDA_TASK_ROOT: '/var/task',
        _HANDLER: 'index.handler',
        _X_AMZN_TRACE_ID: `Root=${root};Parent=${parent};Sampled=1`,
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      },
    );
    const [productId = ''] = await stocked();
    const placed = await guest(shop.gateway).order([{ productId, quantity: 1 }]);
    expect(placed.status).toBe(201);
    expect(await shop.lineOf(placed)).toMatchObject({ trace_id: root.slice(2).replace('-', ''), message: 'request' });
    expect(totals(shop.lines())).toMatchObject({ orders_placed: 1 });
    const [row] = await database.query<{ event: Line }>("select event from outbox where event->>'subject' = $1", [placed.body.id]);
    expect(row?.event.traceparent).toBe(`00-${root.slice(2).replace('-', '')}-${parent}-01`);
    await until(() => segments.some(({ name }) => name === '## index.handler'));
    const [segment] = segments.filter(({ name }) => name === '## index.handler');
    expect(segment).toMatchObject({ trace_id: root, parent_id: parent, type: 'subsegment' });
    // No answer becomes metadata: it holds the guest's token.
    expect(JSON.stringify(segments)).not.toContain(placed.body.accessToken);
    expect(segment?.fault).toBeUndefined();
  });
});
