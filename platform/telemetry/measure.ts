import { config } from '../config.ts';
import { datadogMetrics } from './datadog.ts';
import { embedMetrics, type Unit } from './emf.ts';
import { currentTrace } from './trace-context.ts';

/** Metrics are under this name in CloudWatch, and begin with it, in lower case, in Datadog. */
const namespace = 'Kelvo';

interface Details {
  unit?: Unit;
  [dimension: string]: string | undefined;
}

/**
 * Notes a value, which is flushed with the request's log line. Inside a transaction call it by `sql.afterCommit`, so that a rollback counts nothing.
 * @param details its unit, and a dimension only where values do not add up over it (`currency`): CloudWatch bills each value of it as a metric
 */
export function measure(name: string, value: number, { unit = 'Count', ...dimensions }: Details = {}): void {
  const given = Object.entries(dimensions).filter((entry): entry is [string, string] => entry[1] !== undefined);
  currentTrace.getStore()?.measures.push({ name, value, unit, dimensions: Object.fromEntries(given) });
}

/** Whether there are values that have not been sent yet. */
export const hasMeasures = (): boolean => (currentTrace.getStore()?.measures.length ?? 0) > 0;

/**
 * Flushes the values noted so far: to Datadog where its layer is, otherwise as members for log lines.
 * @returns one object a line; none when there is nothing left to log
 */
export function takeMeasures(): Record<string, unknown>[] {
  const work = currentTrace.getStore();
  const measures = work?.measures.splice(0) ?? [];
  if (!work || measures.length === 0) return [];
  const shared = { env: config.STAGE, service: work.service };
  const send = datadogMetrics();
  if (!send) return embedMetrics(measures, namespace, shared, Date.now());
  for (const { name, value, dimensions } of measures) {
    const tags = Object.entries({ ...shared, ...dimensions }).map(([key, tag]) => `${key}:${tag}`);
    send(`${namespace.toLowerCase()}.${name}`, value, ...tags);
  }
  return [];
}
