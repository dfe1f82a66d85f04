import type { Datum } from './datum.ts';

/** Data of one moment without it. */
export type Reading = Omit<Datum, 'at'>;

const reading = (namespace: string, name: string, dimensions: Record<string, string>, ...values: number[]): Reading => ({
  namespace,
  name,
  dimensions,
  values,
});
const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

/**
 * What API Gateway sends of a minute of an HTTP API: a value a request, of the API and of its stage.
 * @param slow how many of the requests take `slowMs`; the others take 80 ms
 */
export function apiMinute(
  apiId: string,
  {
    requests,
    failed = 0,
    refused = 0,
    slow = 0,
    slowMs = 3_000,
  }: { requests: number; failed?: number; refused?: number; slow?: number; slowMs?: number },
): Reading[] {
  if (requests === 0) return [];
  const latencies = [...repeat(80, requests - slow), ...repeat(slowMs, slow)];
  const flags = (count: number) => [...repeat(1, count), ...repeat(0, requests - count)];
  return [{ ApiId: apiId }, { ApiId: apiId, Stage: '$default' }].flatMap((dimensions) => [
    reading('AWS/ApiGateway', 'Count', dimensions, ...repeat(1, requests)),
    reading('AWS/ApiGateway', '5xx', dimensions, ...flags(failed)),
    reading('AWS/ApiGateway', '4xx', dimensions, ...flags(refused)),
    reading('AWS/ApiGateway', 'Latency', dimensions, ...latencies),
    reading('AWS/ApiGateway', 'IntegrationLatency', dimensions, ...latencies.map((ms) => ms - 10)),
  ]);
}

/** What Lambda sends of a minute of a function: Invocations and Errors are 1 or 0 a run, nothing where there was none. */
export function functionMinute(name: string, { runs, failed = 0, ms = 60 }: { runs: number; failed?: number; ms?: number }): Reading[] {
  if (runs === 0) return [];
  return [{ FunctionName: name }, {}].flatMap((dimensions) => [
    reading('AWS/Lambda', 'Invocations', dimensions, ...repeat(1, runs)),
    reading('AWS/Lambda', 'Errors', dimensions, ...repeat(1, failed), ...repeat(0, runs - failed)),
    reading('AWS/Lambda', 'Duration', dimensions, ...repeat(ms, runs)),
  ]);
}

/** A metric that has one value a minute. */
export const gauge =
  (namespace: string, name: string, dimensions: Record<string, string>) =>
  (value: number): Reading[] => [reading(namespace, name, dimensions, value)];

/**
 * Readings of moments that end at `until`.
 * @param every seconds from one to the next
 * @param read what is sent at a moment, the oldest first
 */
export function seriesOf(until: number, every: number, count: number, read: (index: number) => Reading[]): Datum[] {
  return Array.from({ length: count }, (_, i) => read(i).map((one) => ({ ...one, at: until - (count - i) * every + every / 2 }))).flat();
}
