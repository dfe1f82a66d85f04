/** Whether two runs of one seed were the same course: who came when and for what, what they did, and when which fault was on. */

/** A step that somebody took, and what came of it. */
export interface Taken {
  /** Method and template. */
  route: string;
  /** Of the answer: the status, and the code of a refusal. */
  outcome: string;
}

export interface Journey {
  atMs: number;
  kind: string;
  seed: number;
  taken: Taken[];
}

/** A fault with its times relative to the beginning, in ms. */
export interface FaultTimes {
  name: string;
  strength: number;
  startsAt: number;
  endsAt: number;
}

export interface Course {
  faults: FaultTimes[];
  journeys: Journey[];
}

export interface Comparison {
  /** What is not the same although it has to be; empty where the course is the same. */
  differences: string[];
  journeys: number;
  /** Journeys whose steps are the same, one by one. */
  same: number;
  /** Those whose steps part after an answer that was not the same in both: a fault hit this shopper in one run only. */
  parted: number;
}

/**
 * Compares what follows from the seed alone: it has to be the same. What somebody does follows from the seed and from the answers, so two journeys may
 * part, but only after answers that differ.
 */
export function compareCourses(one: Course, other: Course): Comparison {
  const differences: string[] = [];
  if (one.faults.length !== other.faults.length) differences.push(`${one.faults.length} faults, and ${other.faults.length}`);
  one.faults.forEach((fault, i) => {
    const twin = other.faults[i];
    if (JSON.stringify(fault) !== JSON.stringify(twin))
      differences.push(`fault ${i + 1}: ${JSON.stringify(fault)}, and ${JSON.stringify(twin)}`);
  });
  if (one.journeys.length !== other.journeys.length) differences.push(`${one.journeys.length} shoppers, and ${other.journeys.length}`);
  let same = 0;
  let parted = 0;
  one.journeys.forEach((journey, i) => {
    const twin = other.journeys[i];
    if (twin === undefined) return;
    const who = `shopper ${i + 1}`;
    if (journey.atMs !== twin.atMs || journey.kind !== twin.kind || journey.seed !== twin.seed) {
      differences.push(`${who}: ${journey.kind} at ${journey.atMs} ms, and ${twin.kind} at ${twin.atMs} ms`);
      return;
    }
    const at = firstDifference(journey.taken, twin.taken);
    if (at === undefined) same += 1;
    else if (journey.taken.slice(0, at).every(({ outcome }, n) => outcome === twin.taken[n]?.outcome))
      differences.push(
        `${who} asks ${journey.taken[at]?.route ?? 'nothing'}, and ${twin.taken[at]?.route ?? 'nothing'}, after ${at} answers that were the same`,
      );
    else parted += 1;
  });
  return { differences, journeys: one.journeys.length, same, parted };
}

/** The first step whose route differs, or which only one of the two took. */
function firstDifference(one: readonly Taken[], other: readonly Taken[]): number | undefined {
  const longest = Math.max(one.length, other.length);
  for (let n = 0; n < longest; n++) if (one[n]?.route !== other[n]?.route) return n;
  return undefined;
}
