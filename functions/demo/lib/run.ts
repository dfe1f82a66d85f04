import type { Fault } from '#platform/faults/fault-names.ts';
import type { Mode } from './contract.ts';

/** A demonstration, from its beginning to the end that it has by itself. */
export interface Run {
  id: string;
  mode: Mode;
  seed: number;
  speed: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  endsAt: number;
  /** All of them: those that are over and those to come, too. */
  faults: Fault[];
}
