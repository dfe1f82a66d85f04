import { config } from '../config.ts';
import { perProcess } from '../per-process.ts';
import { drawOf } from './draws.ts';
import type { Fault, FaultName } from './fault-names.ts';

export { type Fault, type FaultName, faultNames } from './fault-names.ts';

/** What a run will do, as the database has it: its faults that have not ended, those that are still to begin among them. */
export interface RunFaults {
  runId: string;
  /** Which calls are hit follows from it. */
  seed: number;
  faults: Fault[];
}

/** What this process knows of the faults. All bundles of a process share it, so one that reads no database sees what the others have read. */
interface State {
  run: RunFaults | undefined;
  /** When a read last began, in milliseconds since 1970. */
  triedAt: number;
  reading: boolean;
  /** How many draws each fault has had in this run. */
  draws: Map<FaultName, number>;
}

/** Where it is false, nothing of this file costs more than this test. */
const allowed = config.FAULTS_ALLOWED === 'true';

/** How old the state may be while requests come. */
const freshMs = 2_000;
/**
 * A process that read nothing for so long was frozen, or had nothing to do: what it knew is forgotten, so that its first request is not hit by a fault
 * that was ended meanwhile.
 */
const forgottenMs = 60_000;
/** What an answer waits at most for a read that is slower than the work beside it, as while connections are held. */
const settleMs = 50;

const state = () => perProcess<State>('faults', () => ({ run: undefined, triedAt: 0, reading: false, draws: new Map() }));

let readRun: (() => Promise<RunFaults | undefined>) | undefined;

/** Says how the state is read. platform/db/sql.ts does: a function without a database reads none. */
export function readFaultsBy(read: () => Promise<RunFaults | undefined>): void {
  readRun = read;
}

/**
 * The fault of this name that is on now, by the state that this process read last: 2 s old at most while requests come. Its end is inside, so that it
 * ends by the clock, also where the database cannot be read. Where faults are not allowed: undefined, after one test.
 */
export function faultNow(name: FaultName): Fault | undefined {
  if (!allowed) return undefined;
  const { run } = state();
  if (run === undefined) return undefined;
  const now = Date.now();
  return run.faults.find((fault) => fault.name === name && fault.startsAt <= now && now < fault.endsAt);
}

/**
 * Whether this call is one of those that the fault hits: its strength is the share of them. Which ones follows from the run's seed and the fault's name,
 * call by call in this process. False while the fault is not on.
 */
export function hits(name: FaultName): boolean {
  const fault = faultNow(name);
  if (fault === undefined) return false;
  const { run, draws } = state();
  const position = draws.get(name) ?? 0;
  draws.set(name, position + 1);
  return drawOf(run?.seed ?? 0, name, position) < fault.strength;
}

/**
 * Begins to read the state where it is older than 2 s, beside the work of a request, which does not wait for it.
 * @returns what to wait for before the answer leaves, since on Lambda the process may be frozen then; 50 ms at most. Undefined: nothing
 */
export function refreshFaults(): Promise<void> | undefined {
  if (!allowed || readRun === undefined) return undefined;
  const known = state();
  const now = Date.now();
  if (known.reading || now - known.triedAt < freshMs) return undefined;
  if (now - known.triedAt > forgottenMs) known.run = undefined;
  known.triedAt = now;
  known.reading = true;
  const read = readRun()
    .then((run) => keep(known, run))
    .catch(() => undefined) // the last state stays, and its faults end by the clock
    .finally(() => {
      known.reading = false;
    });
  return atMost(settleMs, read);
}

function keep(known: State, run: RunFaults | undefined): void {
  if (known.run?.runId !== run?.runId) known.draws.clear();
  known.run = run;
}

function atMost(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  return Promise.race([work, enough]).finally(() => clearTimeout(timer));
}
