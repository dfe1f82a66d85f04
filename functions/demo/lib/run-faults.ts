import { setTimeout } from 'node:timers/promises';
import type { Fault } from '#platform/faults/fault-names.ts';
import type { RunFaults } from '#platform/faults/faults.ts';
import { readFaults } from '#platform/faults/read-faults.pg.ts';
import { log } from '#platform/telemetry/log.ts';
import { type Agent, agents as allAgents } from './agents.ts';
import type { Control } from './control.pg.ts';
import { claimActing } from './runs.pg.ts';

/** How often the state is looked at: so long after `normal` an agent stops at the latest. */
const lookMs = 1_000;
/** How long whoever acts already is waited for: it may be about to end. */
const claimTries = 3;

interface Acting {
  stop: AbortController;
  done: Promise<void>;
}

/**
 * Carries out what faults need somebody for, until none of the run's is on or to come, or until the signal aborts; the next start goes on. A session's
 * lock keeps two from acting at once, and goes with the session.
 * @param signal aborts shortly before the function's time-out
 * @param registry for tests; default: all agents
 * @returns how many agents were begun
 */
export async function runFaults(
  control: Control,
  { signal, now, registry = allAgents }: { signal: AbortSignal; now: () => Date; registry?: typeof allAgents },
): Promise<{ agents: number }> {
  if (!(await claimed(control, signal))) return { agents: 0 };
  const acting = new Map<string, Acting>();
  let begun = 0;
  try {
    while (!signal.aborted) {
      const run = await readFaults(control.sql, now());
      const wanted = (run?.faults ?? []).filter(({ name }) => registry[name] !== undefined);
      if (wanted.length === 0) break;
      const at = now().getTime();
      const on = new Map(
        wanted.filter(({ startsAt }) => startsAt <= at).map((fault) => [`${run?.runId} ${fault.name} ${fault.startsAt}`, fault]),
      );
      for (const [key, { stop }] of acting) if (!on.has(key)) stop.abort();
      for (const [key, fault] of on) {
        if (acting.has(key)) continue;
        acting.set(
          key,
          begin(fault, { run: run as RunFaults, control, signal, at, load: registry[fault.name], ended: () => acting.delete(key) }),
        );
        begun += 1;
      }
      await setTimeout(lookMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    for (const { stop } of acting.values()) stop.abort();
    await Promise.all([...acting.values()].map(({ done }) => done));
  }
  return { agents: begun };
}

async function claimed({ sql }: Control, signal: AbortSignal): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    if (await claimActing(sql)) return true;
    if (tries === claimTries || signal.aborted) return false;
    await setTimeout(lookMs, undefined, { signal }).catch(() => undefined);
  }
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
