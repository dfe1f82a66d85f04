import { describe, expect, it } from 'vitest';
import { spanOf, traceOf } from '#local/testing/spans.ts';
import { matches, readFilter } from './filter.ts';
import { summaryOf } from './summary.ts';

const now = new Date('2026-11-27T10:30:00Z');
const filterOf = (query: string) => readFilter(new URLSearchParams(query), now);

/** A request that reads slowly and fails, and a mail minutes later. */
const failing = traceOf(
  spanOf(1, {
    kind: 'server',
    ms: 900,
    failed: true,
    attributes: { 'http.route': '/api/search', 'http.response.status_code': 503 },
    name: 'GET /api/search',
  }),
  spanOf(2, {
    parent: 1,
    kind: 'client',
    ms: 850,
    failed: true,
    message: 'Statement timeout',
    name: 'SELECT products',
    attributes: { 'db.system.name': 'postgresql' },
  }),
  spanOf(3, { parent: 1, kind: 'client', ms: 2, name: 'EVAL', attributes: { 'db.system.name': 'redis' } }),
  spanOf(4, { parent: 1, kind: 'consumer', atMs: 300_000, ms: 40, service: 'rum-shop-notifications', name: 'process notify-people' }),
);
const idle = traceOf(spanOf(1, { attributes: { 'faas.trigger': 'timer' } }));
const finds = (query: string, trace = failing) => matches(trace, summaryOf(trace), filterOf(query));

describe('the list of traces', () => {
  it.each([
    ['', true],
    ['failed=true', true],
    ['failed=false', true],
    ['minMs=900', true],
    ['minMs=901', false],
    ['route=/api/search', true],
    ['route=/api/orders', false],
    ['route=', true],
    ['service=rum-shop-notifications', true],
    ['service=rum-shop-payment', false],
    ['status=503', true],
    ['status=5xx', true],
    ['status=4XX', false],
    ['span=postgresql', true],
    ['span=select', true],
    ['span=db.system', true],
    ['span=statement%20timeout', true],
    ['span=nothing', false],
    ['span=postgresql&minMs=800', true],
    ['span=redis&minMs=800', false],
    ['span=redis&failed=true', false],
    ['span=postgresql&failed=true', true],
    ['status=503&minMs=1000', false],
    ['from=2026-11-27T10:00:00Z', true],
    ['from=2026-11-27T10:00:00.001Z', false],
    ['to=2026-11-27T10:00:00Z', false],
    ['from=-31m&to=-29m', true],
    ['from=-29m', false],
    ['from=-1h&route=/api/search&failed=true&minMs=500', true],
  ])('asked for %j has a failed search: %s', (query, found) => {
    expect(finds(query)).toBe(found);
  });

  it('leaves out what no request began, unless it failed or is asked for', () => {
    const failed = traceOf(spanOf(1, { attributes: { 'faas.trigger': 'timer' }, failed: true }));
    expect([finds('', idle), finds('background=true', idle), finds('', failed)]).toEqual([false, true, true]);
  });

  it.each([
    'rout=/api/search',
    'failed=yes',
    'failed=true&failed=false',
    'minMs=fast',
    'minMs=-1',
    'minMs=1e3',
    'limit=1001',
    'status=99',
    'status=600',
    'status=50x',
    'from=yesterday',
    'from=-5d',
    'to=2026-11-27',
    'sort=oldest',
    'traceId=abc',
  ])('says what is wrong with %j', (query) => {
    expect(() => filterOf(query)).toThrow(expect.objectContaining({ name: 'WrongFilter', message: expect.stringMatching(/\.$/) }));
  });
});

describe('the summary of a trace', () => {
  it('is of its first hop, as slow as its slowest, and tells what failed first', () => {
    expect(summaryOf(failing)).toMatchObject({
      name: 'GET /api/search',
      route: '/api/search',
      status: 503,
      startedAt: '2026-11-27T10:00:00.000Z',
      durationMs: 900,
      totalMs: 300_040,
      hops: 2,
      spans: 4,
      services: ['rum-shop-order-service', 'rum-shop-notifications'],
      routes: ['/api/search'],
      failed: true,
      fault: 'SELECT products: Statement timeout',
    });
  });

  it.each([
    ['itself', traceOf(spanOf(1, { parent: 1, atMs: 5 }))],
    ['one another', traceOf(spanOf(1, { parent: 2, atMs: 5 }), spanOf(2, { parent: 1 }))],
  ])('is there for spans that have %s as their parent, as no tracer makes them', (_, trace) => {
    expect(summaryOf(trace)).toMatchObject({ name: `span ${trace.spans.size}`, hops: 1 });
  });

  it('counts a span whose parent is not there as the beginning of a hop', () => {
    expect(summaryOf(traceOf(spanOf(2, { parent: 99 }), spanOf(3, { parent: 2 }))).hops).toBe(1);
  });
});
