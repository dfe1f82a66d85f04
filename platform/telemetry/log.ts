import { config } from '../config.ts';
import { tidyDriverSpans } from './datadog.ts';
import { takeMeasures } from './measure.ts';
import { activeTrace } from './trace.ts';
import { currentTrace } from './trace-context.ts';
import { decimalOf } from './trace-ids.ts';

type Level = 'info' | 'warn' | 'error';
const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'];
const isWanted = (level: Level) => levels.indexOf(level.toUpperCase()) >= levels.indexOf(config.LOG_LEVEL);

/** Lambda takes what a function writes to stdout, a line at a time; `console` would add a time and an id before the JSON. */
const write = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

/**
 * Writes one JSON line with service, env, version and the trace it belongs to.
 * Never hand it tokens, passwords, card data, cart ids or whole events.
 */
export function log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
  if (!isWanted(level)) return;
  const work = currentTrace.getStore();
  const trace = activeTrace();
  write({
    level: level.toUpperCase(),
    message,
    timestamp: new Date().toISOString(),
    service: work?.service ?? 'kelvo',
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

/** Logs a finished request or run, with its metrics. Below the log level the line is left out, the metrics are still written. */
export function logWork(level: Level, message: string, fields: Record<string, unknown>): void {
  tidyDriverSpans();
  const [first, ...more] = takeMeasures();
  if (isWanted(level)) log(level, message, { ...fields, ...first });
  else if (first) more.unshift(first);
  if (config.LOG_LEVEL === 'SILENT') return;
  for (const metrics of more) write(metrics);
}
