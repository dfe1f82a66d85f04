import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { exportOf } from '#local/testing/spans.ts';
import { send } from '#tests/support/raw.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
const printed: string[] = [];
beforeAll(async () => {
  // Log lines are wanted here, but not on the terminal.
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
  shop = await startShop({ POWERTOOLS_LOG_LEVEL: 'INFO' });
});
afterAll(async () => {
  await shop.end();
  vi.restoreAllMocks();
});

const path = '/_local/otlp/v1/traces';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = {
  traceId,
  spanId: 'b7ad6b7169203331',
  name: 'GET /api/anything',
  kind: 2,
  startTimeUnixNano: '1795686694123456000',
  endTimeUnixNano: '1795686694173456000',
  attributes: [{ key: 'http.route', value: { stringValue: '/api/anything' } }],
  status: { code: 2 },
};
const sendSpans = (...spans: object[]) => shop.call(path, { body: exportOf(spans) });

it('the receiver answers as the specification says, and keeps what it can read', async () => {
  const whole = await sendSpans(span);
  expect([whole.status, whole.text, whole.headers.get('content-type')]).toEqual([200, '{}', 'application/json']);
  const partly = await sendSpans({ ...span, spanId: 'c7ad6b7169203331', parentSpanId: span.spanId }, { ...span, traceId: 'x' });
  expect([partly.status, partly.body]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('traceId has to be') } },
  ]);
  expect((await shop.call(path, { body: {} })).text).toBe('{}');
  const zipped = await fetch(shop.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(exportOf([{ ...span, spanId: 'd7ad6b7169203331', parentSpanId: span.spanId }]))),
  });
  expect(zipped.status).toBe(200);
  expect((await shop.call(`/_local/traces/${traceId}.json`)).body.rows).toHaveLength(3);
});

it.each([
  [405, { method: 'GET' }],
  [415, { body: 'x', headers: { 'content-type': 'application/x-protobuf' } }],
  [415, { body: '{}', headers: { 'content-encoding': 'br' } }],
  [400, { body: 'no JSON' }],
  [400, { body: 'no gzip', headers: { 'content-encoding': 'gzip' } }],
  [413, { body: 'x'.repeat(10 * 1024 * 1024 + 1) }],
])('what it cannot take is answered with %i and a Status', async (status, call) => {
  const reply = await shop.call(path, call);
  expect([reply.status, reply.headers.get('content-type'), typeof reply.body.message]).toEqual([status, 'application/json', 'string']);
});

it('a small body that unfolds into a large one is refused before it fills the memory', async () => {
  const body = gzipSync(Buffer.alloc(11 * 1024 * 1024));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  expect((await fetch(shop.url + path, { method: 'POST', headers, body })).status).toBe(413);
});

it('a trace is shown with the log lines that name it, and the list finds it by its filters', async () => {
  const headers = { traceparent: `00-${traceId}-${span.spanId}-01` };
  await shop.call('/api/categories', { headers });
  const { body } = await shop.call(`/_local/traces/${traceId}.json`);
  expect(body.logs).toMatchObject([{ message: 'request', spanId: span.spanId, fields: { route: '/api/categories', status: 200 } }]);
  expect(printed.join('')).toContain(traceId);

  const list = async (query: string) => (await shop.call(`/_local/traces.json?${query}`)).body;
  expect(await list('route=/api/anything&failed=true&minMs=50')).toMatchObject({
    items: [{ traceId, name: 'GET /api/anything', durationMs: 50, failed: true }],
    matched: 1,
    choices: { routes: ['/api/anything'] },
  });
  expect((await list('minMs=51')).items).toEqual([]);
  expect((await list(`traceId=${traceId.toUpperCase()}`)).matched).toBe(1);
  expect((await list(`traceId=${'9'.repeat(32)}`)).matched).toBe(0);
});

it('a page that asks again is told when nothing has changed', async () => {
  for (const address of ['/_local/traces.json', `/_local/traces/${traceId}.json`]) {
    const etag = (await shop.call(address)).headers.get('etag') ?? '';
    const again = () => shop.call(address, { headers: { 'if-none-match': etag } });
    expect((await again()).status).toBe(304);
    await sendSpans({ ...span, spanId: address.length.toString(16).padStart(16, 'e') });
    expect((await again()).status).toBe(200);
  }
});

it('wrong filters are a 400 that says why, an unknown trace and an unknown path a 404', async () => {
  const wrong = await shop.call('/_local/traces.json?rout=/api/orders');
  expect([wrong.status, wrong.body.message]).toEqual([400, expect.stringContaining('There is no filter rout.')]);
  expect((await shop.call(`/_local/traces/${'9'.repeat(32)}.json`)).status).toBe(404);
  expect((await shop.call('/_local/traces/nothing')).status).toBe(404);
  expect((await shop.call('/_local/traces', { method: 'POST', body: {} })).status).toBe(405);
});

it('programs get JSON and browsers a page, and only this machine gets anything', async () => {
  const typeOf = async (accept: string) => (await shop.call('/_local/traces', { headers: { accept } })).headers.get('content-type');
  expect(await typeOf('application/json')).toMatch('application/json');
  expect(await typeOf('text/html,application/xhtml+xml,application/json;q=0.9')).toMatch('text/html');
  for (const address of ['/_local/traces', '/_local/traces.json', path, '/_local/traces/list.js'])
    expect((await send(shop.url, { method: 'GET', path: address, headers: { host: 'evil.example' } })).status).toBe(403);
});
