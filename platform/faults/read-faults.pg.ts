import type { FaultName } from './fault-names.ts';
import type { RunFaults } from './faults.ts';

/** Runs one statement and gives its rows. */
type Ask = <Row extends object>(text: string, values: readonly unknown[]) => Promise<Row[]>;

interface FaultRow {
  run_id: string;
  seed: number;
  name: FaultName;
  strength: number;
  starts_at: string;
  ends_at: string;
}

/**
 * The faults of the run that is on, which have not ended; undefined when there are none. Those to come are among them: who reads this once knows when
 * each begins, also while the database cannot be asked.
 */
export async function readFaults(ask: Ask, now: Date): Promise<RunFaults | undefined> {
  const rows = await ask<FaultRow>(
    `select f.run_id, r.seed, f.name, f.strength, f.starts_at, f.ends_at
       from demo_runs r join demo_faults f on f.run_id = r.id
      where r.ended_at is null and f.ends_at > $1
      order by f.starts_at, f.name`,
    [now],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const faults = rows.map(({ name, strength, starts_at, ends_at }) => ({
    name,
    strength,
    startsAt: Date.parse(starts_at),
    endsAt: Date.parse(ends_at),
  }));
  return { runId: first.run_id, seed: first.seed, faults };
}
