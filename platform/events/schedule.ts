import type { Context, ScheduledEvent } from 'aws-lambda';
import { logWork } from '../telemetry/log.ts';
import { hasMeasures } from '../telemetry/measure.ts';
import { serviceOf } from '../telemetry/service.ts';
import { currentTrace, readTraceContext } from '../telemetry/trace-context.ts';
import { traceHandler } from '../telemetry/xray.ts';

/** A run begins nothing new in its last seconds: what is under way then (a provider's call takes 4 s at most) can still end. */
const lastMs = 10_000;

/**
 * Makes the handler of a scheduled function. Its instant is the event's own, so that a run can be repeated for any moment.
 * @param run gives what it did, for the log line. `signal` aborts shortly before the function's time-out: begin no further item then, the
 *   next run goes on
 */
export function schedule(run: (now: Date, signal: AbortSignal) => Promise<Record<string, number>>) {
  return traceHandler(async (event: Pick<ScheduledEvent, 'time'>, context: Context): Promise<Record<string, number>> => {
    const now = new Date(event.time);
    if (Number.isNaN(now.getTime())) throw new TypeError('The event has no valid time');
    const remainingMs = context.getRemainingTimeInMillis();
    const signal = AbortSignal.timeout(Math.max(remainingMs - lastMs, Math.trunc(remainingMs / 2)));
    return currentTrace.run(readTraceContext({}, context.awsRequestId, serviceOf(context.functionName)), async () => {
      try {
        const done = await run(now, signal);
        const busy = Object.values(done).some((count) => count > 0);
        if (busy || hasMeasures()) logWork('info', 'schedule', { function: context.functionName, ...done });
        return done;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        logWork('error', 'schedule failed', { function: context.functionName, reason });
        throw error;
      }
    });
  });
}
