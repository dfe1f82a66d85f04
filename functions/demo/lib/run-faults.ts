import { setTimeout } from 'node:timers/promises';
import type { Fault } from '#platform/faults/fault-names.ts';
import type { RunFaults } from '#platform/faults/faults.ts';
import { readFaults } from '#platform/faults/read-faults.pg.ts';
import { log } from '#platform/telemetry/log.ts';
import type { Agent } from './agent.ts';
import { agents as allAgents } from './agents.ts';
import type { Control } from './control.pg.ts';
import { healEnded, healers } from './healers.ts';
import { claimActing, releaseActing } from './runs.pg.ts';

/** How often the state is looked at: so long after `normal` an agent stops at the latest. */
const lookMs = 1_000;

interface Acting {
  stop: AbortController;
  done: Promise<void>;
}

interface Acts {
  /** Aborts shortly before the function's time-out: the next start goes on. */
  signal: AbortSignal;
  now: () => Date;
  /** For tests; default: all agents. */
  registry?: typeof allAgents;
}

/**
 * Carries out what faults need somebody for, until none of the run's is on or to come, and then puts right what ended faults left behind. A session's lock
 * keeps two from acting at once, and goes with the session: when its process dies, the next start takes over.
 * @returns how many agents were begun, and how much was put right
 */
export async function runFaults(
  control: Control,
  { signal, now, registry = allAgents }: Acts,
): Promise<{ agents: number; healed: number }> {
  const read = async () => {
    const run = await readFaults(control.sql, now());
    return run && { ...run, faults: run.faults.filter(({ name }) => (registry[name] ?? healers[name]) !== undefined) };
  };
  let [agents, healed] = [0, 0];
  while (!signal.aborted && (await claimActing(control.sql))) {
    agents += await actWhile(control, { read, signal, now, registry });
    healed += await healEnded(control, { signal, now: now() });
    await releaseActing(control.sql);
    // Who was started meanwhile found the lock taken and left: what it came for is seen here.
    if (!(await read())?.faults.length) break;
  }
  return { agents, healed };
}

type Read = () => Promise<RunFaults | undefined>;

async function actWhile(control: Control, { read, signal, now, registry }: Required<Acts> & { read: Read }): Promise<number> {
  const acting = new Map<string, Acting>();
  let begun = 0;
  try {
    while (!signal.aborted) {
      const run = await read();
      if (!run?.faults.length) break;
      const at = now().getTime();
      const on = new Map(
        run.faults
          .filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt)
          .map((fault) => [`${run.runId} ${fault.name} ${fault.startsAt}`, fault]),
      );
      for (const [key, { stop }] of acting) if (!on.has(key)) stop.abort();
      for (const [key, fault] of on) {
        if (acting.has(key) || registry[fault.name] === undefined) continue;
        acting.set(key, begin(fault, { run, control, signal, at, load: registry[fault.name], ended: () => acting.delete(key) }));
        begun += 1;
      }
      const next = run.faults.find(({ startsAt }) => startsAt > at)?.startsAt ?? Number.POSITIVE_INFINITY;
      await setTimeout(Math.min(lookMs, next - at), undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const { stop } of acting.values()) stop.abort();
    await Promise.all([...acting.values()].map(({ done }) => done));
  }
  return begun;
}

interface Beginning {
  run: RunFaults;
  control: Control;
  signal: AbortSignal;
  at: number;
  load: (() => Promise<{ agent: Agent }>) | undefined;
  ended(): void;
}

/** Starts an agent. One that fails while its fault is on is begun again at the next look. */
function begin(fault: Fault, { run, control, signal, at, load, ended }: Beginning): Acting {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(fault.endsAt - at)]);
  const act = async () => {
    try {
      const found = await load?.();
      await found?.agent(fault, { control, seed: run.seed, signal: until });
    } catch (error) {
      if (!until.aborted)
        log('warn', 'a fault stopped early', { fault: fault.name, reason: error instanceof Error ? error.message : String(error) });
    } finally {
      ended();
    }
  };
  return { stop, done: act() };
}
