import { afterAll, expect, it, vi } from 'vitest';

// Stands for Datadog's library, which hands metrics to its extension: npm run trace:check has the real one.
const sent: unknown[] = [];
vi.doMock('datadog-lambda-js', () => ({ sendDistributionMetric: (...metric: unknown[]) => sent.push(metric) }));
vi.stubEnv('INSTRUMENTATION', 'remote');
vi.stubEnv('STAGE', 'dev');
vi.stubEnv('_HANDLER', '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler');
afterAll(() => vi.doUnmock('datadog-lambda-js'));

const { datadogMetrics } = await import('./datadog.ts');
const { measure, takeMeasures } = await import('./measure.ts');
const { currentTrace, readTraceContext } = await import('./trace-context.ts');

it('where Datadog has wrapped the function all metrics go there, and what CloudWatch alarms look for goes into the log line too', async () => {
  await vi.waitFor(() => expect(datadogMetrics()).toBeDefined());
  const embedded = currentTrace.run(readTraceContext({}, 'request', 'rum-shop-payment'), () => {
    measure('requests', 1);
    measure('duration', 12);
    measure('revenue', 1999, { currency: 'EUR' });
    return takeMeasures();
  });
  expect(sent).toEqual([
    ['kelvo.requests', 1, 'env:dev', 'service:rum-shop-payment'],
    ['kelvo.duration', 12, 'env:dev', 'service:rum-shop-payment'],
    ['kelvo.revenue', 1999, 'env:dev', 'service:rum-shop-payment', 'currency:EUR'],
  ]);
  expect(embedded).toMatchObject([{ env: 'dev', currency: 'EUR', revenue: 1999 }]);
  expect(Object.keys(embedded[0] ?? {}).sort()).toEqual(['_aws', 'currency', 'env', 'revenue']);
});
