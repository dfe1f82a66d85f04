import { Logger } from '@aws-lambda-powertools/logger';
import { config } from '../config.ts';
import { tidyDriverSpans } from './datadog.ts';
import { type FinishedWork, finishedWork } from './finished-work.ts';
import { notedMeasures, takeMeasures } from './measure.ts';
import { activeTrace } from './trace.ts';
import { currentTrace } from './trace-context.ts';
import { decimalOf } from './trace-ids.ts';

// A logger's service is fixed. On Lambda a process has one; the local gateway runs functions of all services, so it keeps a logger for each.
const loggers = new Map<string, Logger>();
function loggerOf(service: string): Logger {
  const logger = loggers.get(service) ?? new Logger({ serviceName: service });
  loggers.set(service, logger);
  return logger;
}
const currentLogger = () => loggerOf(currentTrace.getStore()?.service ?? 'kelvo');

type Level = 'info' | 'warn' | 'error';
const weight = { info: 12, warn: 16, error: 20 } as const; // Powertools' own

/**
 * Writes one JSON line with service, env, version and the trace it belongs to.
 * Never hand it tokens, passwords, card data, cart ids or whole events.
 */
export function log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
  const work = currentTrace.getStore();
  const trace = activeTrace();
  currentLogger()[level](message, {
    ...fields,
    env: config.STAGE,
    version: config.SERVICE_VERSION,
    ...(work && { request_id: work.requestId }),
    ...(trace && {
      'dd.trace_id': decimalOf(trace.traceId.slice(16)),
      'dd.span_id': decimalOf(trace.spanId),
      trace_id: trace.traceId,
    }),
  });
}

/** Until the first work of this process is done: a sandbox has begun with it; on a developer's machine, a bundle that was loaded afresh. */
let cold = true;

/**
 * Logs a finished request or run, with its metrics; `cold_start` is on the first of a process. Below the log level the line is left out, the metrics
 * are still written.
 */
export function logWork(level: Level, message: string, fields: Record<string, unknown>): void {
  tidyDriverSpans();
  if (cold) fields = { ...fields, cold_start: true };
  cold = false;
  if (finishedWork.hasSubscribers) finishedWork.publish({ message, fields, measures: notedMeasures() } satisfies FinishedWork);
  const [first, ...more] = takeMeasures();
  const logger = currentLogger();
  const wanted = logger.level <= weight[level];
  if (wanted) log(level, message, { ...fields, ...first });
  else if (first) more.unshift(first);
  if (logger.getLevelName() === 'SILENT') return;
  for (const metrics of more) process.stdout.write(`${JSON.stringify(metrics)}\n`);
}
