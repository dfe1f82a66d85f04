import { describe, expect, it } from 'vitest';
import { embedMetrics } from './emf.ts';
import type { EmbeddedMeasure } from './metrics.ts';

const measure = (name: EmbeddedMeasure['name'], value: number, dimensions: Record<string, string> = {}): EmbeddedMeasure => ({
  name,
  value,
  dimensions,
});
const embed = (...measures: EmbeddedMeasure[]) => embedMetrics(measures, 'Kelvo', { env: 'dev' }, 1_700_000_000_000);

describe('embedded metrics', () => {
  it('of one request are one document, each metric with its own dimensions and its unit', () => {
    expect(embed(measure('revenue', 1999, { currency: 'EUR' }), measure('orders_placed', 1), measure('outbox_age', 12.5))).toEqual([
      {
        _aws: {
          Timestamp: 1_700_000_000_000,
          CloudWatchMetrics: [
            { Namespace: 'Kelvo', Dimensions: [['env', 'currency']], Metrics: [{ Name: 'revenue', Unit: 'None' }] },
            {
              Namespace: 'Kelvo',
              Dimensions: [['env']],
              Metrics: [
                { Name: 'orders_placed', Unit: 'Count' },
                { Name: 'outbox_age', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        env: 'dev',
        currency: 'EUR',
        revenue: 1999,
        orders_placed: 1,
        outbox_age: 12.5,
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
    expect(documents.map(({ _aws, env: _env, ...values }) => values)).toEqual([
      { currency: 'USD', revenue: 100 },
      { currency: 'EUR', revenue: 200, orders_placed: 1 },
      { revenue: 300 },
    ]);
  });
});
