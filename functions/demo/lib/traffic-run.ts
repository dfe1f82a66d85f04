/** A run of made-up shoppers, as it stands. */
export interface TrafficRun {
  id: string;
  seed: number;
  requestsPerMinute: number;
  /** How long they keep coming. */
  seconds: number;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Seconds that are sent, or being sent; those from here on are for whoever claims them. */
  claimedSeconds: number;
  /** Seconds whose shoppers were never sent, because nobody was there to send them. */
  missedSeconds: number;
  stopped: boolean;
  endedAt: string | null;
  /** When all that it sold was back; null: not yet. */
  restockedAt: string | null;
}

/** Names the run in the addresses of its orders: lower-case letters and digits. */
export const tagOf = ({ id }: Pick<TrafficRun, 'id'>): string => `run${id.slice(-12)}`;

/** When the last shoppers come, in ms since 1970. */
export const endsAt = ({ startedAt, seconds }: Pick<TrafficRun, 'startedAt' | 'seconds'>): number => startedAt + seconds * 1_000;

export const trafficStates = ['running', 'ending', 'ended', 'stopped'] as const;

/** `ending`: nobody comes any more, the last are still in the shop. */
export function stateOf(run: Pick<TrafficRun, 'startedAt' | 'seconds' | 'stopped' | 'endedAt'>, now: Date): (typeof trafficStates)[number] {
  if (run.endedAt !== null) return run.stopped ? 'stopped' : 'ended';
  return run.stopped || now.getTime() >= endsAt(run) ? 'ending' : 'running';
}

/** Seconds that are claimed at once: as much as is lost when a sender dies. */
const windowSeconds = 5;
/** Shoppers who are this late are sent all the same; those who are later are missed, rather than all sent at once. */
export const latestSeconds = 10;
/** So long before its beginning a window may be claimed. */
const aheadMs = 1_000;

/** The seconds to claim next: undefined while it is too early, and when all are claimed. `from` is beyond what is claimed where seconds were missed. */
export function nextWindow(
  { startedAt, seconds, claimedSeconds }: Pick<TrafficRun, 'startedAt' | 'seconds' | 'claimedSeconds'>,
  now: number,
): { claimed: number; from: number; to: number } | undefined {
  if (claimedSeconds >= seconds || now < startedAt + claimedSeconds * 1_000 - aheadMs) return undefined;
  const present = Math.floor((now - startedAt) / 1_000);
  const from = present - claimedSeconds > latestSeconds ? Math.min(present, seconds) : claimedSeconds;
  return { claimed: claimedSeconds, from, to: Math.min(Math.max(from, present) + windowSeconds, seconds) };
}
