import { describe, expect, it } from 'vitest';
import { exportOf, traceOf } from '#local/testing/spans.ts';
import { matches, readFilter } from './filter.ts';
import { readExport } from './otlp.ts';
import { summaryOf } from './summary.ts';

const given = {
  traceId: '4BF92F3577B34DA6A3CE929D0E0E4736',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  name: 'POST /api/orders',
  kind: 2,
  startTimeUnixNano: '1795686694123456789',
  endTimeUnixNano: '1795686694173456789',
};
const read = (...spans: object[]) => readExport(Buffer.from(JSON.stringify(exportOf(spans))));

describe('an export of spans', () => {
  it('is read with ids in lower case, its service, and times in microseconds', () => {
    const { spans, rejected } = read({ ...given, status: { code: 2, message: 'canceled' }, aFieldOfTheFuture: {} });
    expect(rejected).toBe(0);
    expect(spans).toMatchObject([
      {
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        spanId: 'b7ad6b7169203331',
        parentId: '00f067aa0ba902b7',
        name: 'POST /api/orders',
        kind: 'server',
        service: 'rum-shop-order-service',
        startUs: 1795686694123456,
        durationUs: 50_000,
        failed: true,
        message: 'canceled',
      },
    ]);
  });

  it('has attributes of every kind that OTLP knows, 64-bit integers as strings or numbers', () => {
    const attributes = [
      { key: 'text', value: { stringValue: 'a' } },
      { key: 'flag', value: { boolValue: false } },
      { key: 'int', value: { intValue: '503' } },
      { key: 'number', value: { intValue: 503 } },
      { key: 'large', value: { intValue: '9223372036854775807' } },
      { key: 'double', value: { doubleValue: 0.5 } },
      { key: 'nan', value: { doubleValue: 'NaN' } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } } },
      { key: 'empty', value: {} },
      { key: '__proto__', value: { stringValue: 'x' } },
      { value: { stringValue: 'no key' } },
    ];
    const [span] = read({ ...given, attributes }).spans;
    expect(Object.entries(span?.attributes ?? {})).toEqual([
      ['text', 'a'],
      ['flag', false],
      ['int', 503],
      ['number', 503],
      ['large', '9223372036854775807'],
      ['double', 0.5],
      ['nan', 'NaN'],
      ['list', ['a', 1]],
      ['map', { a: true }],
      ['empty', null],
      ['__proto__', 'x'],
    ]);
  });

  it('whose texts and numbers are something else has spans that can be looked at all the same', () => {
    const trap = {
      kvlistValue: { values: [{ key: 'toString', value: {} }, { key: 'valueOf', value: {} }, { value: { boolValue: true } }] },
    };
    const named = ['service.name', 'http.response.status_code', 'error.type'].map((key) => ({ key, value: trap }));
    const [object, far] = [
      { toString: null, valueOf: null },
      { key: 'far', value: { intValue: { toString: null } } },
    ];
    const wrong = { name: object, kind: object, status: { code: object }, events: [{ name: object }], attributes: [...named, far] };
    const body = exportOf([
      { ...given, ...wrong },
      { ...given, spanId: '1'.repeat(16), status: { code: 2 }, attributes: named },
    ]);
    Object.assign(body.resourceSpans[0] as object, { resource: { attributes: named } });
    const { spans } = readExport(Buffer.from(JSON.stringify(body)));
    const trace = traceOf(...spans);
    expect(summaryOf(trace)).toMatchObject({ spans: 2, status: null, failed: true });
    expect(matches(trace, summaryOf(trace), readFilter(new URLSearchParams('span=nothing+of+it'), new Date()))).toBe(false);
  });

  it('counts all that is kept of a span as what it takes in memory', () => {
    const long = 'x'.repeat(10_000);
    const links = Array.from({ length: 100 }, () => ({ traceId: '9'.repeat(32), spanId: '1'.repeat(16) }));
    const wordy = [{ name: long }, { status: { code: 2, message: long } }, { links }, { attributes: [{ key: long, value: {} }] }];
    for (const more of wordy) expect(read({ ...given, ...more }).spans[0]?.bytes).toBeGreaterThan(5_000);
  });

  it('has events and links', () => {
    const event = {
      timeUnixNano: '1795686694170000000',
      name: 'exception',
      attributes: [{ key: 'exception.type', value: { stringValue: 'E' } }],
    };
    const links = [{ traceId: '9'.repeat(32), spanId: '1'.repeat(16) }, { traceId: 'x' }];
    const [span] = read({ ...given, events: [event], links }).spans;
    expect(span?.events).toEqual([{ name: 'exception', atUs: 1795686694170000, attributes: { 'exception.type': 'E' } }]);
    expect(span?.links).toEqual([{ traceId: '9'.repeat(32), spanId: '1'.repeat(16) }]);
  });

  it.each([
    ['a trace id that is too short', { traceId: 'abc' }],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['a span id that is no hex', { spanId: 'z'.repeat(16) }],
    ['no start', { startTimeUnixNano: undefined }],
    ['a negative end', { endTimeUnixNano: -1 }],
  ])('leaves out a span with %s, and keeps the others', (_, wrong) => {
    const { spans, rejected, reason } = read({ ...given, ...wrong }, given);
    expect([spans.length, rejected, typeof reason]).toEqual([1, 1, 'string']);
  });

  it('that is empty is one without spans', () => {
    expect(readExport(Buffer.from('{}'))).toEqual({ spans: [], rejected: 0, reason: null });
    expect(readExport(Buffer.from('{"resourceSpans":null}')).spans).toEqual([]);
  });

  it.each(['', 'no JSON', '[]', 'null', '{"resourceSpans":{}}', '{"resourceSpans":[{"scopeSpans":[1]}]}'])('is not %j', (text) => {
    expect(() => readExport(Buffer.from(text))).toThrow('');
    expect(() => readExport(Buffer.from(text))).toThrow(expect.objectContaining({ name: 'NotAnExport' }));
  });

  it('ends no later than it began, whatever the clock did meanwhile', () => {
    expect(read({ ...given, endTimeUnixNano: given.startTimeUnixNano.replace('17', '16') }).spans[0]?.durationUs).toBe(0);
  });
});
