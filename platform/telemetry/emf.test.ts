import { describe, expect, it } from 'vitest';
import { embedMetrics, type Measure } from './emf.ts';

const measure = (name: string, value: number, dimensions: Record<string, string> = {}, unit: Measure['unit'] = 'Count'): Measure => ({
  name,
  value,
  unit,
  dimensions,
});
const embed = (...measures: Measure[]) => embedMetrics(measures, 'Kelvo', { env: 'dev', service: 'rum-shop-cart' }, 1_700_000_000_000);

describe('embedded metrics', () => {
  it('of one request are one document, each metric with its own dimensions', () => {
    expect(
      embed(measure('revenue', 1999, { currency: 'EUR' }, 'None'), measure('requests', 1), measure('duration', 12.5, {}, 'Milliseconds')),
    ).toEqual([
      {
        _aws: {
          Timestamp: 1_700_000_000_000,
          CloudWatchMetrics: [
            { Namespace: 'Kelvo', Dimensions: [['env', 'service', 'currency']], Metrics: [{ Name: 'revenue', Unit: 'None' }] },
            {
              Namespace: 'Kelvo',
              Dimensions: [['env', 'service']],
              Metrics: [
                { Name: 'requests', Unit: 'Count' },
                { Name: 'duration', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        env: 'dev',
        service: 'rum-shop-cart',
        currency: 'EUR',
        revenue: 1999,
        requests: 1,
        duration: 12.5,
      },
    ]);
  });

  it('of one name and the same dimensions are a list, which begins anew after a hundred', () => {
    const documents = embed(...Array.from({ length: 101 }, (_, value) => measure('revenue', value, { currency: 'USD' })));
    expect(documents.map(({ revenue }) => revenue)).toEqual([Array.from({ length: 100 }, (_, value) => value), 100]);
    expect(documents[0]?._aws.CloudWatchMetrics).toHaveLength(1);
  });

  it('that differ in a dimension never share a document, so that none counts for the other', () => {
    const documents = embed(
      measure('revenue', 100, { currency: 'USD' }),
      measure('revenue', 200, { currency: 'EUR' }),
      measure('orders_placed', 1, { currency: 'EUR' }),
      measure('revenue', 300),
    );
    expect(documents.map(({ _aws, env: _env, service: _service, ...values }) => values)).toEqual([
      { currency: 'USD', revenue: 100 },
      { currency: 'EUR', revenue: 200, orders_placed: 1 },
      { revenue: 300 },
    ]);
  });
});
