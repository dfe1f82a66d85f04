/** Whether something grows that should not, over a soak. Judged by two quarters of the run, so that neither the start nor one peak decides. */

/** What was seen of the shop at one moment. */
export interface Sighting {
  /** Seconds since the start. */
  at: number;
  /** Of the gateway, which runs all functions. */
  memoryBytes: number;
  /** Of the functions at PostgreSQL. */
  connections: number;
  /** Messages and records that wait for their consumers, and events that have not left the outbox. */
  waiting: number;
}

export type Watched = 'memoryBytes' | 'connections' | 'waiting';

export interface Growth {
  what: Watched;
  /** Medians of the second and of the last quarter. */
  before: number;
  after: number;
  grows: boolean;
}

/**
 * What is more than chance: memory rises until the garbage collector sees a reason to work, so a tenth and 32 MB; a pool opens connections with its
 * busiest moment; a queue holds what came in the last moments.
 */
const allowed: Record<Watched, (before: number) => number> = {
  memoryBytes: (before) => Math.max(before * 0.1, 32 * 1024 * 1024),
  connections: () => 3,
  waiting: (before) => Math.max(before, 20),
};

/** @throws Error where there are too few sightings to tell */
export function growth(sightings: readonly Sighting[]): Growth[] {
  const quarter = Math.floor(sightings.length / 4);
  if (quarter < 3) throw new Error(`${sightings.length} looks are too few to tell whether anything grows: at least 12`);
  const second = sightings.slice(quarter, 2 * quarter);
  const last = sightings.slice(-quarter);
  return (Object.keys(allowed) as Watched[]).map((what) => {
    const before = median(second.map((each) => each[what]));
    const after = median(last.map((each) => each[what]));
    return { what, before, after, grows: after - before > allowed[what](before) };
  });
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
