import type { Context } from 'aws-lambda';
import { config } from '../config.ts';
import { log } from './log.ts';
import { flushSpans, loadTracer } from './otlp.ts';
import { traceInXray } from './xray.ts';

type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

const loading = config.INSTRUMENTATION === 'otlp' ? loadTracer(log) : undefined;

/** Makes a handler one whose spans are kept and sent, in the modes that have a tracer of their own; otherwise returns it unchanged. */
export function traceHandler<Event, Result>(handler: Handler<Event, Result>): Handler<Event, Result> {
  if (!loading) return traceInXray(handler);
  return async (event, context) => {
    await loading;
    try {
      return await handler(event, context);
    } finally {
      await flushSpans(context);
    }
  };
}
