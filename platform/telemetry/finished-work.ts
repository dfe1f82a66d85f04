import { channel } from 'node:diagnostics_channel';
import type { Measure } from './metrics.ts';

/** A request, an event or a run that is over, as its log line tells of it. */
export interface FinishedWork {
  /** What the log line says: `request`, `event`, `schedule` … */
  message: string;
  fields: Record<string, unknown>;
  measures: readonly Measure[];
}

/**
 * Tells whoever listens in this process of work that is over, whatever the log level is: the local gateway counts it for /_local/metrics. A channel of
 * Node's, because each bundle has its own copy of this module. On Lambda nobody listens, and `hasSubscribers` is all that it costs.
 */
export const finishedWork = channel('kelvo.finished-work');
