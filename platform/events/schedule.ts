import type { Context, ScheduledEvent } from 'aws-lambda';
import { logWork } from '../telemetry/log.ts';
import { hasMeasures } from '../telemetry/measure.ts';
import { traceHandler } from '../telemetry/trace-handler.ts';
import { inInvocation } from './invocation.ts';

/**
 * Makes the handler of a scheduled function. Its instant is the event's own, so that a run can be repeated for any moment.
 * @param run gives what it did, for the log line. `signal` aborts shortly before the function's time-out: begin no further item then, the
 *   next run goes on
 */
export function schedule(run: (now: Date, signal: AbortSignal) => Promise<Record<string, number>>) {
  return traceHandler(async (event: Pick<ScheduledEvent, 'time'>, context: Context): Promise<Record<string, number>> => {
    const now = new Date(event.time);
    if (Number.isNaN(now.getTime())) throw new TypeError('The event has no valid time');
    return inInvocation(context, 'timer', async (signal) => {
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
