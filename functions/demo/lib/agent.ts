import type { Fault } from '#platform/faults/fault-names.ts';
import type { Control } from './control.pg.ts';

/**
 * Who acts during a fault: holds a lock, pauses Redis. Runs until the signal aborts, which is at the fault's end, at the mode's end or shortly before
 * the function's time-out, and leaves nothing behind, also when its process dies: what it holds ends with its session.
 */
export type Agent = (fault: Fault, run: { control: Control; seed: number; signal: AbortSignal }) => Promise<void>;
