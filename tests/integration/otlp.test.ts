import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { headersOf, newTraceIds } from '#platform/telemetry/trace-ids.ts';
import { type CollectedSpan, type Collector, startCollector } from '#tests/support/collector.ts';
import { beginFaults } from '#tests/support/faults-on-purpose.ts';
import { signIn } from '#tests/support/people.ts';
import { address, guest, type Reply, type Shop, startShop } from '#tests/support/shop.ts';

const browser = newTraceIds();
/** The kind of a request's span, as OTLP writes it. */
const server = 2;
let shop: Shop;
let collector: Collector;
let replies: Reply[];
let productId: string;

const ofPurchase = () => collector.spans.filter(({ traceId }) => traceId === browser.traceId);
const byId = (spanId: string | undefined) => collector.spans.find((span) => span.spanId === spanId);
const below = (parent: CollectedSpan | undefined) => collector.spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
const requestTo = (route: string) => ofPurchase().find(({ attributes }) => attributes['http.route'] === route);
const processed = (type: string) =>
  ofPurchase().filter(
    ({ attributes }) => attributes['cloudevents.event_type'] === type && attributes['messaging.operation.type'] === 'process',
  );

beforeAll(async () => {
  collector = await startCollector();
  shop = await startShop(
    {
      INSTRUMENTATION: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
      FAULTS_ALLOWED: 'true',
    },
    { pumps: true },
  );
  const buyer = guest({ call: (path, call) => shop.call(path, { ...call, headers: { ...call?.headers, ...headersOf(browser) } }) });
  const [product] = await shop.database.query<{ id: string }>('select id from products where stock >= 60 limit 1');
  productId = product?.id ?? '';
  const placed = await buyer.order([{ productId, quantity: 1 }]);
  const intent = await buyer.intent(placed.body);
  replies = [placed, intent, await buyer.confirm(placed.body, intent.body.id, 'pm_card_visa')];
  await shop.pumps.settled();
  // Half a second after they ended spans are sent, and a parent ends after its children.
  await vi.waitFor(() => {
    expect(ofPurchase().filter(({ parentSpanId }) => parentSpanId === browser.spanId)).toHaveLength(3);
    expect(ofPurchase().filter(({ name }) => name === 'send receipt')).toHaveLength(1);
    expect(ofPurchase().filter(({ parentSpanId }) => parentSpanId !== browser.spanId && byId(parentSpanId) === undefined)).toEqual([]);
  }, 15_000);
});
afterAll(async () => {
  await shop.end();
  await collector.close();
});

describe('with otlp, a purchase is one trace', () => {
  it('from the browser over request, event and queue to its mail', () => {
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 200]);
    const mail = ofPurchase().find(({ name }) => name === 'send receipt');
    const consumer = byId(mail?.parentSpanId);
    const request = byId(consumer?.parentSpanId);
    expect(request?.parentSpanId).toBe(browser.spanId);
    expect([request, consumer, mail].map((span) => [span?.service, span?.name, span?.kind])).toEqual([
      ['rum-shop-payment', 'POST /api/payment/confirm', 2],
      ['rum-shop-notifications', 'process NotifyPeopleQueue', 5],
      ['rum-shop-notifications', 'send receipt', 3],
    ]);
  });

  it('with a span for each request, as the conventions for HTTP and functions have it', () => {
    expect(requestTo('/api/orders')).toMatchObject({
      name: 'POST /api/orders',
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 201,
        'url.scheme': 'http',
        'faas.trigger': 'http',
        'faas.coldstart': true,
        'faas.invocation_id': expect.any(String),
      },
      resource: {
        'service.name': 'rum-shop-order-service',
        'deployment.environment.name': 'local',
        'faas.name': 'rumshop-orders-place-order-local',
      },
    });
    expect(requestTo('/api/orders')?.status).toBeUndefined();
  });

  it('with each statement, Redis command and call of the provider and the bus below the request that made it', () => {
    const calls = below(requestTo('/api/payment/confirm')).filter(({ service }) => service === 'rum-shop-payment');
    const systems = calls.map(
      ({ attributes }) => attributes['db.system.name'] ?? attributes['messaging.system'] ?? attributes['kelvo.payment.provider'],
    );
    expect(new Set(systems)).toEqual(new Set(['postgresql', 'redis', 'aws_eventbridge', 'mock']));
    const statements = calls.filter(({ attributes }) => attributes['db.query.text'] !== undefined).map(({ name }) => name);
    expect(statements).toEqual(expect.arrayContaining(['BEGIN', 'INSERT outbox', 'COMMIT']));
    const bus = calls.find(({ attributes }) => attributes['messaging.system'] === 'aws_eventbridge');
    expect(bus).toMatchObject({ kind: 3, links: [{ traceId: browser.traceId, spanId: requestTo('/api/payment/confirm')?.spanId }] });
    expect(below(bus).map(({ attributes }) => [attributes['http.request.method'], attributes['http.response.status_code']])).toEqual([
      ['POST', 200],
    ]);
  });

  it('in which a record is the child of the request that told of it, and is linked to the batch that brought it, and the batch to it', () => {
    const [record] = processed('order.created.v1').filter(({ service }) => service === 'rum-shop-notifications');
    expect(byId(record?.parentSpanId)?.name).toBe('POST /api/orders');
    const batch = byId(record?.links?.[0]?.spanId);
    expect(batch).toMatchObject({
      name: 'rumshop-notifications-notify-people-local',
      kind: 5,
      attributes: { 'faas.trigger': 'pubsub' },
      links: expect.arrayContaining([{ traceId: browser.traceId, spanId: record?.parentSpanId }]),
    });
    expect(batch?.traceId).not.toBe(browser.traceId);
  });

  it('that tells nobody a value, a token, an address or the path of an order', () => {
    const [placed, intent] = replies;
    const private_ = [
      placed?.body.id,
      placed?.body.accessToken,
      placed?.body.number,
      intent?.body.clientSecret,
      address.name,
      'ada@example.com',
    ];
    expect(private_.every((text) => String(text).length > 5)).toBe(true);
    const sent = JSON.stringify(collector.spans);
    expect(private_.filter((text) => sent.includes(text))).toEqual([]);
  });

  it('that begins anew for a request that brings none, and is the one that its problem document names', async () => {
    const lost = await shop.call('/api/nowhere');
    await vi.waitFor(() => expect(collector.spans.some(({ traceId }) => traceId === lost.body.traceId)).toBe(true), 15_000);
    const [span] = collector.spans.filter(({ traceId }) => traceId === lost.body.traceId);
    expect(span).toMatchObject({ name: 'GET', attributes: { 'http.response.status_code': 404 } });
    expect([span?.parentSpanId, span?.status]).toEqual([undefined, undefined]);
  });

  it('whose request failed where it was answered 5xx, with the error and its stack, or the one of whom it asked', async () => {
    const admin = await signIn(shop, 'admin');
    await beginFaults(admin, { name: 'bad-deploy' }, { name: 'provider-away' });
    const bug = await shop.call(`/api/products/${productId}`);
    const away = await guest(shop).intent((await guest(shop).order([{ productId, quantity: 1 }])).body);
    await beginFaults(admin);
    expect([bug.status, away.status]).toEqual([500, 503]);
    const requestOf = ({ body }: Reply) => collector.spans.find(({ traceId, kind }) => traceId === body.traceId && kind === server);
    await vi.waitFor(() => expect([requestOf(bug), requestOf(away)]).not.toContain(undefined), 15_000);
    const failed = (status: string, type: string, message: RegExp) => ({
      attributes: { 'http.response.status_code': Number(status), 'error.type': status },
      status: { code: 2, message: expect.stringMatching(message) },
      events: [
        {
          name: 'exception',
          attributes: {
            'exception.type': type,
            'exception.message': expect.stringMatching(message),
            'exception.stacktrace': expect.stringMatching(/\n +at /),
          },
        },
      ],
    });
    expect(requestOf(bug)).toMatchObject(failed('500', 'TypeError', /undefined/));
    expect(requestOf(away)).toMatchObject(failed('503', 'Error', /ECONNREFUSED/));
    expect(below(requestOf(away)).find(({ attributes }) => attributes['kelvo.payment.provider'])).toMatchObject({ status: { code: 2 } });
  });

  it('that arrives once and whole when the collector was away meanwhile, though nothing comes after it', async () => {
    collector.answers.push({ status: 503, headers: { 'retry-after': '0' } });
    const { body: lost } = await shop.call('/api/nowhere');
    await vi.waitFor(() => expect(collector.answers).toEqual([]), 15_000);
    const requestOf = () => collector.spans.filter(({ traceId, kind }) => traceId === lost.traceId && kind === server);
    await vi.waitFor(() => expect(requestOf()).toHaveLength(1), 15_000);
  });

  it('sent to /v1/traces with the headers that the collector wants, in no trace of its own', () => {
    expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
    expect(collector.requests.every(({ headers }) => headers['x-key'] === 'a b' && headers.traceparent === undefined)).toBe(true);
    expect(collector.spans.filter(({ attributes }) => String(attributes['url.full']).includes(collector.url))).toEqual([]);
  });
});
