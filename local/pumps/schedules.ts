/**
 * Runs the functions that have schedules, as EventBridge Scheduler would: with the payload that the template gives, one
 * run of a function at a time. A failed run is logged and does not keep the next one from running.
 */
import { randomUUID } from 'node:crypto';
import type { LocalFunction, Schedule } from '../template.ts';

export interface ScheduleOptions {
  functions: Pick<LocalFunction, 'logicalId' | 'schedules'>[];
  invoke(logicalId: string, event: unknown): Promise<unknown>;
  say?: (line: string) => void;
  /** When the first runs come after the start; default 1 s. */
  firstMs?: number;
  /** The time between runs of an expression; default `localIntervalMs`. */
  intervalMs?: (expression: string) => number | null;
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** The longest delay that setTimeout takes. */
const longestMs = 2 ** 31 - 1;

/**
 * Milliseconds between runs on this machine: 10 s for what runs each minute in the cloud, so that its effect shows soon. Null for
 * what is not run here (cron expressions: times of day).
 */
export function localIntervalMs(expression: string): number | null {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression.trim()) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!(ms > 0)) return null;
  return ms === 60_000 ? 10_000 : Math.min(ms, longestMs);
}

/** Starts all schedules; `stop` waits for runs under way, 500 ms at most. */
export function startSchedules({ functions, invoke, say = () => {}, firstMs = 1_000, intervalMs = localIntervalMs }: ScheduleOptions): {
  stop(): Promise<void>;
} {
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();
  const queues: Record<string, Promise<unknown>> = {};
  for (const { logicalId, schedules } of functions) {
    for (const schedule of schedules) {
      const every = intervalMs(schedule.expression);
      if (every === null) say(`${logicalId}: its schedule ${schedule.expression} is not run locally`);
      else repeat(logicalId, schedule, every);
    }
  }

  /** All schedules of a function share one queue, so that its runs never overlap. */
  function repeat(logicalId: string, schedule: Schedule, every: number): void {
    const tick = () => {
      const run = (queues[logicalId] ?? Promise.resolve())
        .then(() => (stopped ? undefined : invoke(logicalId, payload(schedule, new Date()))))
        .catch((error) => say(`${logicalId} (schedule) failed: ${oneLine(error)}`))
        .then(() => later(every));
      queues[logicalId] = run;
    };
    const later = (ms: number) => {
      if (stopped) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        tick();
      }, ms);
      timers.add(timer);
    };
    later(firstMs);
  }

  return {
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise((resolve) => {
        timer = setTimeout(resolve, 500);
      });
      await Promise.race([Promise.all(Object.values(queues)), enough]);
      clearTimeout(timer);
    },
  };
}

const oneLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');

/** What the function gets: the template's input with Scheduler's keywords filled in, or Scheduler's own event. */
export function payload({ name, input }: Schedule, now: Date): unknown {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const arn = `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${name}`;
  if (input === undefined) {
    const origin = { source: 'aws.scheduler', account: '000000000000', region: 'us-east-1', resources: [arn] };
    return { version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', ...origin, time, detail: '{}' };
  }
  const filled = input
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
  return JSON.parse(filled);
}
