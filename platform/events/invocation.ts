import type { Context } from 'aws-lambda';
import { refreshFaults } from '../faults/faults.ts';
import { pressMemory } from '../faults/press-memory.ts';
import { inWork, openWork } from '../telemetry/otlp.ts';
import { serviceOf } from '../telemetry/service.ts';
import { readTraceContext } from '../telemetry/trace-context.ts';
import type { TraceHeaders } from '../telemetry/trace-ids.ts';

/** Nothing new begins in a function's last seconds: what is under way then (a provider's call takes 8 s at most, `limitMs` of SES) can still end. */
const lastMs = 10_000;

/**
 * Runs the work of an invocation that no request began: in a trace of its own or its caller's, with the time that it has.
 * @param trigger what began it, as OpenTelemetry names it: a batch of messages, a schedule, or a call
 * @param from the trace of who began it, where that is known
 * @param work `signal` aborts shortly before the function's time-out: begin no further item then
 */
export function inInvocation<T>(
  context: Context,
  trigger: 'pubsub' | 'timer' | 'other',
  work: (signal: AbortSignal) => Promise<T>,
  from: TraceHeaders = {},
): Promise<T> {
  const remainingMs = context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(remainingMs - lastMs, Math.trunc(remainingMs / 2)));
  const trace = readTraceContext(from, context.awsRequestId, serviceOf(context.functionName));
  const kind = trigger === 'pubsub' ? 'consumer' : 'server';
  const span = { name: context.functionName, kind, attributes: { 'faas.trigger': trigger } } as const;
  return inWork(openWork(trace, context, span), async () => {
    const readingFaults = refreshFaults();
    pressMemory(context);
    try {
      return await work(signal);
    } finally {
      await readingFaults;
    }
  });
}
