import { expect, it } from 'vitest';
import { preciseClock } from './clock.ts';
import { verdictOf } from './collector-answer.ts';
import { type EndedSpan, encodeSpans } from './encode.ts';
import { failureOf } from './failure.ts';
import { headersFrom, readHeaders } from './headers.ts';

const resource = { 'service.name': 'rum-shop-cart' };
const span: EndedSpan = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: undefined,
  name: 'GET /api/cart/{sessionId}',
  kind: 'server',
  start: 1_795_686_694_123.456,
  end: 1_795_686_694_173.4,
  attributes: { 'http.response.status_code': 500, 'faas.coldstart': false, ratio: 0.5, list: ['a'], none: undefined },
  exceptions: [{ at: 1_795_686_694_170, attributes: { 'exception.type': 'Error' } }],
  links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
  failure: 'it broke',
  resource,
};

it("spans are in OTLP's JSON form: hex ids, 64-bit numbers as text, kinds and codes as numbers, and each resource once", () => {
  const other = { ...span, resource: { 'service.name': 'rum-shop-auth' } };
  const { resourceSpans } = JSON.parse(encodeSpans([span, other, { ...span, failure: undefined, exceptions: [], links: [] }], '1.2'));
  expect(
    resourceSpans.map((each: { resource: object; scopeSpans: { spans: unknown[] }[] }) => [
      each.resource,
      each.scopeSpans[0]?.spans.length,
    ]),
  ).toEqual([
    [{ attributes: [{ key: 'service.name', value: { stringValue: 'rum-shop-cart' } }] }, 2],
    [{ attributes: [{ key: 'service.name', value: { stringValue: 'rum-shop-auth' } }] }, 1],
  ]);
  const [{ scope, spans }] = resourceSpans[0].scopeSpans;
  expect(scope).toEqual({ name: 'kelvo', version: '1.2' });
  expect(spans[0]).toEqual({
    traceId: span.traceId,
    spanId: span.spanId,
    name: span.name,
    kind: 2,
    startTimeUnixNano: '1795686694123456000',
    endTimeUnixNano: '1795686694173400000',
    attributes: [
      { key: 'http.response.status_code', value: { intValue: '500' } },
      { key: 'faas.coldstart', value: { boolValue: false } },
      { key: 'ratio', value: { doubleValue: 0.5 } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
    ],
    events: [
      { timeUnixNano: '1795686694170000000', name: 'exception', attributes: [{ key: 'exception.type', value: { stringValue: 'Error' } }] },
    ],
    links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
    status: { code: 2, message: 'it broke' },
  });
  expect(Object.keys(spans[1])).not.toEqual(expect.arrayContaining(['status']));
});

it.each([
  [200, undefined, '{}', { outcome: 'done', rejected: 0, reason: '' }],
  [202, undefined, 'not json', { outcome: 'done', rejected: 0, reason: '' }],
  [400, undefined, 'bad\n span', { outcome: 'refused', reason: 'The collector answered 400: bad span' }],
  [401, undefined, '', { outcome: 'refused', reason: 'The collector answered 401: ' }],
  [429, '3', '', { outcome: 'away', reason: 'The collector answered 429: ', retryAfterMs: 3_000 }],
  [503, 'Thu, 01 Jan 1970 00:00:12 GMT', '', { outcome: 'away', reason: 'The collector answered 503: ', retryAfterMs: 2_000 }],
  [503, '86400', '', { outcome: 'away', reason: 'The collector answered 503: ', retryAfterMs: 60_000 }],
  [504, 'soon', '', { outcome: 'away', reason: 'The collector answered 504: ', retryAfterMs: undefined }],
] as const)('an answer of %i with Retry-After %s and body %j is judged as OTLP says', (status, retryAfter, body, verdict) => {
  expect(verdictOf({ status, retryAfter, body }, 10_000)).toEqual(verdict);
});

it('times have the resolution of the monotonic clock, and follow the other one after a freeze', () => {
  const at = { wall: 1_000, monotonic: 5 };
  const now = preciseClock(
    () => at.wall,
    () => at.monotonic,
  );
  at.monotonic += 0.25;
  expect(now()).toBe(1_000.25);
  at.wall += 60_000; // the process was frozen for a minute
  expect(now()).toBe(61_000);
  at.monotonic += 0.5;
  expect(now()).toBe(61_000.5);
});

it('a failure is told by its code and without the values that PostgreSQL quotes', () => {
  const broken = Object.assign(new Error('invalid input syntax for type uuid: "secret"'), { code: '22P02' });
  const { type, message, exception } = failureOf(broken);
  expect([type, message]).toEqual(['22P02', 'invalid input syntax for type uuid: "…"']);
  expect(JSON.stringify(exception)).not.toContain('secret');
  expect(failureOf(new TypeError('no')).type).toBe('TypeError');
  expect(failureOf('text')).toMatchObject({ type: '_OTHER', message: 'text' });
});

it('headers are read as OpenTelemetry writes them, and a mistake is named without its value', () => {
  expect(readHeaders('')).toEqual({});
  expect(readHeaders('Api-Key=s%20e=t , x-scope=kelvo')).toEqual({ 'api-key': 's e=t', 'x-scope': 'kelvo' });
  expect(() => readHeaders('a=1,secret')).toThrow("The collector's headers: part 2 is not of the form name=value");
  expect(() => readHeaders('a=%zz')).toThrow('the value of part 1 is not percent-encoded');
});

it('headers that are secret are read once, and again when the collector does not know us by them, or they could not be read', async () => {
  const secrets: (string | Error)[] = ['token=1', 'token=2', new Error('away'), 'token=3'];
  const headers = headersFrom('scope=kelvo', async () => {
    const next = secrets.shift() ?? '';
    if (next instanceof Error) throw next;
    return next;
  });
  expect(await headers.read()).toEqual({ scope: 'kelvo', token: '1' });
  expect(await headers.read()).toEqual({ scope: 'kelvo', token: '1' });
  headers.distrust();
  expect(await headers.read()).toEqual({ scope: 'kelvo', token: '2' });
  headers.distrust();
  await expect(headers.read()).rejects.toThrow('away');
  expect(await headers.read()).toEqual({ scope: 'kelvo', token: '3' });
});
