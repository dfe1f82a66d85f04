import { describe, expect, it } from 'vitest';
import { countWork } from './count-work.ts';
import { type FamilyName, families } from './families.ts';
import { createRegistry, type Registry } from './registry.ts';
import { formatFor, writeMetrics } from './write.ts';

const written = (fill: (registry: Registry) => void, format: 'openmetrics' | 'prometheus' = 'openmetrics') => {
  const registry = createRegistry();
  fill(registry);
  return writeMetrics(registry, format).split('\n');
};

describe('metrics as text', () => {
  it('of a counter have _total at their samples alone in OpenMetrics, and everywhere in the older format', () => {
    const fill = ({ count }: Registry) => {
      count('kelvo_http_requests', { route: '/api/orders', method: 'POST', status: '201' });
      count('kelvo_http_requests', { route: '/api/orders', method: 'POST', status: '201' }, 2);
    };
    expect(written(fill)).toEqual([
      '# TYPE kelvo_http_requests counter',
      '# HELP kelvo_http_requests Requests that were answered.',
      'kelvo_http_requests_total{route="/api/orders",method="POST",status="201"} 3',
      '# EOF',
      '',
    ]);
    expect(written(fill, 'prometheus')).toEqual([
      '# HELP kelvo_http_requests_total Requests that were answered.',
      '# TYPE kelvo_http_requests_total counter',
      'kelvo_http_requests_total{route="/api/orders",method="POST",status="201"} 3',
      '',
    ]);
  });

  it('of a histogram have cumulated buckets up to infinity, a sum, a count and their unit', () => {
    const labels = { route: '/api/cart', method: 'GET' };
    const lines = written(({ observe }) => {
      for (const seconds of [0.004, 0.005, 0.3, 60]) observe('kelvo_http_request_duration_seconds', labels, seconds);
    });
    const of = (le: string) =>
      lines
        .find((line) => line.includes(`le="${le}"`))
        ?.split(' ')
        .at(-1);
    expect(lines.slice(0, 2)).toEqual([
      '# TYPE kelvo_http_request_duration_seconds histogram',
      '# UNIT kelvo_http_request_duration_seconds seconds',
    ]);
    expect(['0.005', '0.25', '0.5', '1.0', '30.0', '+Inf'].map(of)).toEqual(['2', '2', '3', '3', '3', '4']);
    expect(lines.slice(-4)).toEqual([
      'kelvo_http_request_duration_seconds_sum{route="/api/cart",method="GET"} 60.309',
      'kelvo_http_request_duration_seconds_count{route="/api/cart",method="GET"} 4',
      '# EOF',
      '',
    ]);
  });

  it('escape what would end a value or a line', () => {
    const [, , line] = written(({ count }) => count('kelvo_consumer_events', { consumer: 'a"b\\c\nd', outcome: 'handled' }));
    expect(line).toBe('kelvo_consumer_events_total{consumer="a\\"b\\\\c\\nd",outcome="handled"} 1');
  });

  it('of a summary, an info and numbers that are none', () => {
    const lines = written(({ summarise, set }) => {
      set('kelvo_build', { version: '1', node: '24', stage: 'local' }, 1);
      summarise('nodejs_event_loop_delay_seconds', { '0.5': Number.NaN, '0.99': Number.POSITIVE_INFINITY }, 1.5, 3);
    });
    expect(lines.filter((line) => !line.startsWith('# '))).toEqual([
      'kelvo_build_info{version="1",node="24",stage="local"} 1',
      'nodejs_event_loop_delay_seconds{quantile="0.5"} NaN',
      'nodejs_event_loop_delay_seconds{quantile="0.99"} +Inf',
      'nodejs_event_loop_delay_seconds_sum 1.5',
      'nodejs_event_loop_delay_seconds_count 3',
      '',
    ]);
  });

  it.each(Object.keys(families) as FamilyName[])('%s is named as OpenMetrics wants it', (name) => {
    const { type, help, labels, ...rest } = families[name];
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name).not.toMatch(/_(total|count|sum|bucket|info|created)$/);
    if ('unit' in rest) expect(name.endsWith(`_${rest.unit}`)).toBe(true);
    else expect(name).not.toMatch(/_(seconds|bytes)$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
    for (const label of labels) expect(label).toMatch(/^(?!le$|quantile$)[a-z_]+$/);
    expect('buckets' in rest).toBe(type === 'histogram');
  });

  it('are written as whoever asks can read them', () => {
    const prometheus =
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    expect([undefined, '*/*', prometheus].map(formatFor)).toEqual(['openmetrics', 'openmetrics', 'openmetrics']);
    expect(['text/plain', 'text/html,application/xhtml+xml,*/*;q=0.8'].map(formatFor)).toEqual(['prometheus', 'prometheus']);
  });
});

describe('a family', () => {
  it('has no more series than it may, and tells how many values that cost', () => {
    const registry = createRegistry(2);
    for (const status of ['200', '201', '202', '203', '200']) registry.count('kelvo_http_requests', { route: '/', method: 'GET', status });
    expect(registry.samplesOf('kelvo_http_requests').map(({ labels, value }) => [labels.status, value])).toEqual([
      ['200', 2],
      ['201', 1],
    ]);
    expect(registry.samplesOf('kelvo_metric_samples_dropped')).toMatchObject([{ suffix: '_total', value: 2 }]);
  });
});

describe('work that is over', () => {
  const counts = (work: Parameters<typeof countWork>[1]) => {
    const registry = createRegistry();
    countWork(registry, work);
    return (Object.keys(families) as FamilyName[])
      .flatMap((name) =>
        registry.samplesOf(name).map(({ suffix, labels, value }) => [name + suffix, Object.values(labels).join(' '), value] as const),
      )
      .filter(([name]) => name.endsWith('_total') || name.endsWith('_sum'));
  };

  it('of a consumer is counted by its outcome', () => {
    const event = (outcome: string) =>
      counts({ message: 'event', fields: { consumer: 'notifications/notify-people', outcome, duration_ms: 250 }, measures: [] });
    for (const outcome of ['handled', 'handled before', 'failed'])
      expect(event(outcome)).toEqual([
        ['kelvo_consumer_events_total', `notifications/notify-people ${outcome}`, 1],
        ['kelvo_consumer_event_duration_seconds_sum', 'notifications/notify-people', 0.25],
      ]);
  });

  it("of a stream's consumer is counted by how many records it handled, and all of a call that failed", () => {
    const consumer = 'analytics/roll-up-sales';
    expect(counts({ message: 'events', fields: { consumer, records: 5, handled: 3, failed: 1 }, measures: [] })).toEqual([
      ['kelvo_consumer_events_total', `${consumer} handled`, 3],
      ['kelvo_consumer_events_total', `${consumer} failed`, 1],
    ]);
    expect(counts({ message: 'events failed', fields: { consumer, records: 5 }, measures: [] })).toEqual([
      ['kelvo_consumer_events_total', `${consumer} failed`, 5],
    ]);
  });

  it('brings the measures of the shop', () => {
    const measures = [
      { name: 'orders_placed', value: 1, dimensions: {} },
      { name: 'revenue', value: 1999, dimensions: { currency: 'EUR' } },
      { name: 'duration', value: 12, dimensions: {} },
    ] as const;
    expect(counts({ message: 'request', fields: {}, measures })).toEqual([
      ['kelvo_orders_placed_total', '', 1],
      ['kelvo_revenue_minor_units_total', 'EUR', 1999],
    ]);
  });
});
