import { config } from '../config.ts';
import { datadogMetrics } from './datadog.ts';
import { embedMetrics } from './emf.ts';
import { isEmbedded, type Measure, type MetricName } from './metrics.ts';
import { currentTrace } from './trace-context.ts';

/** Metrics are under this name in CloudWatch, and begin with it, in lower case, in Datadog. */
const namespace = 'Kelvo';

/**
 * Notes a value, which is flushed with the request's log line. Inside a transaction call it by `sql.afterCommit`, so that a rollback counts nothing.
 * @param dimensions only where values do not add up over it (`currency`): CloudWatch bills each value of it as a metric
 */
export function measure(name: MetricName, value: number, dimensions: Record<string, string> = {}): void {
  currentTrace.getStore()?.measures.push({ name, value, dimensions });
}

/** The values that have not been sent yet. */
export const notedMeasures = (): readonly Measure[] => [...(currentTrace.getStore()?.measures ?? [])];
/** Whether there are any. */
export const hasMeasures = (): boolean => (currentTrace.getStore()?.measures.length ?? 0) > 0;

/**
 * Flushes the values noted so far: all of them to Datadog where its layer is; what CloudWatch has, in every mode, as members for log lines. There the
 * stage is the one dimension that all have: what happens to the shop does not ask which function noticed it.
 * @returns one object a line; none when there is nothing to log
 */
export function takeMeasures(): Record<string, unknown>[] {
  const work = currentTrace.getStore();
  const measures = work?.measures.splice(0) ?? [];
  if (!work || measures.length === 0) return [];
  const send = datadogMetrics();
  for (const { name, value, dimensions } of send ? measures : []) {
    const tags = Object.entries({ env: config.STAGE, service: work.service, ...dimensions }).map(([key, tag]) => `${key}:${tag}`);
    send?.(`${namespace.toLowerCase()}.${name}`, value, ...tags);
  }
  return embedMetrics(measures.filter(isEmbedded), namespace, { env: config.STAGE }, Date.now());
}
