/** What was seen of a Black Friday, second by second. Times are seconds since it began. */

export interface Span {
  name: string;
  from: number;
  to: number;
}

export interface FaultSpan extends Span {
  strength: number;
}

export interface Second {
  at: number;
  /** Of traffic: what was sent, answered well, and failed by code, in this second. */
  sent: number;
  ok: number;
  failed: Record<string, number>;
  /** Milliseconds of this second's answers; null where there were none. */
  p50: number | null;
  p95: number | null;
  /** Events and messages that have not had their effect yet: outbox, queues, stream. */
  waiting: number;
  /** Of the functions at PostgreSQL; of these, those that wait for a lock. */
  connections: number;
  lockWaits: number;
  /** Sessions that faults hold. */
  held: number;
}

export interface BlackFriday {
  seed: number;
  speed: number;
  requestsPerMinute: number;
  phases: Span[];
  faults: FaultSpan[];
  seconds: Second[];
}

export const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0);

/** Those that are on at some time in [from, to). */
export const during = <T extends Span>(spans: readonly T[], from: number, to: number): T[] =>
  spans.filter((span) => span.from < to && span.to > from);
