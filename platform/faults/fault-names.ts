/** Everything that can be made to go wrong on purpose (docs/demo.md). */
export const faultNames = [
  'slow-query',
  'pool-exhaustion',
  'lock-contention',
  'payment-declines',
  'provider-slow',
  'provider-away',
  'redis-slow',
  'redis-away',
  'bus-away',
  'mail-failing',
  'ads-errors',
  'duplicate-deliveries',
  'memory-pressure',
  'cold-starts',
  'bad-deploy',
] as const;
export type FaultName = (typeof faultNames)[number];

/** A fault and when it is on. It is written with its end before it begins, so nobody has to be alive for it to end. */
export interface Fault {
  name: FaultName;
  /** 0 < strength <= 1: the share of calls that is hit, or how hard each is. */
  strength: number;
  /** Milliseconds since 1970. */
  startsAt: number;
  endsAt: number;
}
