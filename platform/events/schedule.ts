import type { Context, ScheduledEvent } from 'aws-lambda';
import { log } from '../telemetry/log.ts';
import { serviceOf } from '../telemetry/service.ts';
import { currentTrace, readTraceContext } from '../telemetry/trace-context.ts';

/**
 * Makes the handler of a scheduled function. Its instant is the event's own, so that a run can be repeated for any moment.
 * @param run gives what it did, for the log line
 */
export function schedule(run: (now: Date) => Promise<Record<string, number>>) {
  return async (event: Pick<ScheduledEvent, 'time'>, context: Context): Promise<Record<string, number>> => {
    const now = new Date(event.time);
    if (Number.isNaN(now.getTime())) throw new TypeError('The event has no valid time');
    return currentTrace.run(readTraceContext({}, context.awsRequestId, serviceOf(context.functionName)), async () => {
      try {
        const done = await run(now);
        if (Object.values(done).some((count) => count > 0)) log('info', 'schedule', { function: context.functionName, ...done });
        return done;
      } catch (error) {
        log('error', 'schedule failed', { function: context.functionName, reason: error instanceof Error ? error.message : String(error) });
        throw error;
      }
    });
  };
}
