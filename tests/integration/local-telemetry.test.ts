import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { headersOf, newTraceIds } from '#platform/telemetry/trace-ids.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  // Log lines are wanted here, but not on the terminal.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  shop = await startShop({ POWERTOOLS_LOG_LEVEL: 'INFO' }, { pumps: true, traces: true });
});
afterAll(async () => {
  await shop.end();
  vi.restoreAllMocks();
});

/** What a scrape gives: `name{labels}` → value. */
async function scrape(): Promise<Map<string, number>> {
  const { text, headers } = await shop.call('/_local/metrics');
  expect(headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const read = samples.map((line): [string, number] => [
    line.slice(0, line.lastIndexOf(' ')),
    Number(line.slice(line.lastIndexOf(' ') + 1)),
  ]);
  const series = new Map(read);
  expect(series.size).toBe(read.length); // no series twice
  return series;
}

it('a purchase is in the counts of requests, orders, money and events', async () => {
  const [{ id: productId } = { id: '' }] = await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1');
  const before = await scrape();
  const placed = await guest(shop).order([{ productId, quantity: 2 }]);
  const intent = await guest(shop).intent(placed.body);
  await guest(shop).confirm(placed.body, intent.body.id, 'pm_card_declined');
  await guest(shop).confirm(placed.body, intent.body.id, 'pm_card_visa');
  for (let i = 0; i < 3; i++) await shop.call(`/api/nowhere/${randomUUID()}`);
  await shop.pumps.settled();
  const after = await scrape();
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);

  expect(grown('kelvo_http_requests_total{route="/api/orders",method="POST",status="201"}')).toBe(1);
  expect(grown('kelvo_http_requests_total{route="/api/payment/confirm",method="POST",status="200"}')).toBe(2);
  expect(grown('kelvo_http_requests_total{route="$default",method="GET",status="404"}')).toBe(3);
  expect(grown('kelvo_http_request_duration_seconds_count{route="/api/orders",method="POST"}')).toBe(1);
  expect(before.get('kelvo_orders_placed_total')).toBe(0);
  expect(grown('kelvo_orders_placed_total')).toBe(1);
  expect(grown('kelvo_payment_failures_total')).toBe(1);
  expect(grown('kelvo_revenue_minor_units_total{currency="USD"}')).toBe(placed.body.total.amount);
  expect(grown('kelvo_consumer_events_total{consumer="notifications/notify-people",outcome="handled"}')).toBeGreaterThan(0);
});

it('the stores are seen: queues, outbox, pool, sessions, Redis, and faults that are on', async () => {
  const [{ id: runId } = { id: '' }] = await shop.database.query<{ id: string }>(
    `insert into demo_runs (id, mode, seed, speed, started_at, ends_at)
       values (gen_random_uuid(), 'normal', 1, 1, now() - interval '1 minute', now() + interval '1 hour') returning id`,
  );
  await shop.database.query(
    `insert into demo_faults (id, run_id, name, strength, starts_at, ends_at)
       values (gen_random_uuid(), $1, 'redis-slow', 0.5, now() - interval '1 minute', now() + interval '1 hour'),
              (gen_random_uuid(), $1, 'bus-away', 1, now() - interval '2 minutes', now() - interval '1 minute')`,
    [runId],
  );
  await shop.database.query(
    `insert into outbox (id, type, event, created_at, tries, next_try_at)
       select gen_random_uuid(), type, event, now() - interval '90 seconds', 1, now() + interval '1 hour' from outbox limit 1`,
  );
  const series = await scrape();
  for (const source of ['postgresql', 'queues', 'redis']) expect([source, series.get(`kelvo_up{source="${source}"}`)]).toEqual([source, 1]);
  expect(series.get('kelvo_fault_strength{fault="redis-slow"}')).toBe(0.5);
  expect(series.get('kelvo_fault_strength{fault="bus-away"}')).toBe(0);
  expect(series.get('kelvo_outbox_unsent_events')).toBe(1);
  expect(series.get('kelvo_outbox_oldest_unsent_age_seconds')).toBeGreaterThanOrEqual(90);
  expect(series.get('kelvo_postgresql_sessions{state="idle"}')).toBeGreaterThan(0);
  expect(series.get('kelvo_database_pool_connections{state="idle"}')).toBeGreaterThan(0);
  const queues = [...series.keys()].filter((name) => name.startsWith('kelvo_queue_dead_letters{'));
  expect(queues.length).toBe(shop.gateway.pumps && (await shop.pumps.queues()).filter(({ consumer }) => consumer !== null).length);
  await shop.database.query('delete from outbox where published_at is null');
  await shop.database.query('delete from demo_runs');
});

it('whoever cannot read OpenMetrics gets the older text, and only this machine gets any', async () => {
  const { headers, text } = await shop.call('/_local/metrics', { headers: { accept: 'text/plain' } });
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toContain('# TYPE kelvo_http_requests_total counter');
  expect((await shop.call('/_local/metrics', { method: 'POST', body: {} })).status).toBe(405);
});

it('a purchase is one trace, from the request over its events to the mail, with their log lines', async () => {
  const ids = newTraceIds();
  const buyer = guest({ call: (address, call) => shop.call(address, { ...call, headers: { ...call?.headers, ...headersOf(ids) } }) });
  const [{ id: productId } = { id: '' }] = await shop.database.query<{ id: string }>('select id from products where stock >= 60 limit 1');
  expect((await buyer.order([{ productId, quantity: 1 }])).status).toBe(201);
  await shop.pumps.settled();
  const read = async () => (await shop.call(`/_local/traces/${ids.traceId}.json`)).body;
  const named = (rows: { name: string }[], name: string) => rows.find((row) => row.name === name);
  // Spans leave half a second after they ended.
  await vi.waitFor(
    async () => {
      const { rows } = await read();
      for (const name of ['POST /api/orders', 'process NotifyPeopleQueue', 'send order-received']) expect(named(rows, name)).toBeDefined();
    },
    { timeout: 15_000, interval: 100 },
  );
  const { rows, logs, summary } = await read();
  expect(summary).toMatchObject({ name: 'POST /api/orders', route: '/api/orders', status: 201, failed: false });
  expect(summary.services).toEqual(expect.arrayContaining(['rum-shop-order-service', 'rum-shop-notifications']));
  const request = rows.findIndex(({ name }: { name: string }) => name === 'POST /api/orders');
  expect(rows[request]).toMatchObject({ depth: 0, parentElsewhere: true });
  expect(rows.find((row: { attributes: object }) => 'db.query.text' in row.attributes)).toBeDefined();
  // Each line leads to a span of the waterfall.
  expect(logs.map(({ message }: { message: string }) => message)).toEqual(expect.arrayContaining(['request', 'event']));
  const spans = new Set(rows.map(({ spanId }: { spanId: string }) => spanId));
  for (const { message, spanId } of logs) expect([message, spans.has(spanId)]).toEqual([message, true]);
});
