import { Logger } from '@aws-lambda-powertools/logger';
import { config } from '../config.ts';
import { currentTrace } from './trace-context.ts';

const logger = new Logger({ serviceName: 'kelvo' });

type Level = 'info' | 'warn' | 'error';

/**
 * Writes one JSON line with service, env, version and the trace it belongs to.
 * Never hand it tokens, passwords, card data, cart ids or whole events.
 */
export function log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
  const trace = currentTrace.getStore();
  logger[level](message, {
    ...fields,
    env: config.STAGE,
    version: config.SERVICE_VERSION,
    ...(trace && {
      service: trace.service,
      request_id: trace.requestId,
      'dd.trace_id': BigInt(`0x${trace.traceId.slice(16)}`).toString(),
      'dd.span_id': BigInt(`0x${trace.spanId}`).toString(),
      trace_id: trace.traceId,
    }),
  });
}
