/** What was measured, and k6's thresholds on it. */
import type { Thresholds } from '#tests/load/plan.ts';

/** One request: its route, how long it took in ms, and whether it failed as k6 counts (400 and above, or no answer). */
export interface Sample {
  route: string;
  ms: number;
  failed: boolean;
}

export interface Measured {
  samples: readonly Sample[];
  /** How many answers were looked at, and how many held what they must. */
  checks: { held: number; broken: number };
}

export interface Verdict {
  threshold: string;
  measured: number;
  kept: boolean;
}

/** The value that a share of the sorted values does not exceed, between two values as k6 does it (linear); NaN of none. */
export function percentile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

export const sortedTimes = (samples: readonly Sample[]): number[] => samples.map(({ ms }) => ms).sort((a, b) => a - b);

/** Judges each threshold. Nothing measured keeps none of them. @throws Error for a notation that it does not know */
export function judge(thresholds: Thresholds, { samples, checks }: Measured): Verdict[] {
  const times = sortedTimes(samples);
  const rates: Record<string, number> = {
    http_req_failed: samples.filter(({ failed }) => failed).length / samples.length,
    checks: checks.held / (checks.held + checks.broken),
  };
  return Object.entries(thresholds).flatMap(([metric, rules]) =>
    rules.map((rule) => {
      const [, what = '', share, sign, limit] = /^(p\((\d+)\)|rate)([<>])([\d.]+)$/.exec(rule) ?? [];
      if (sign === undefined) throw new Error(`The threshold "${rule}" of ${metric} cannot be read.`);
      const measured = what === 'rate' ? (rates[metric] ?? Number.NaN) : percentile(times, Number(share) / 100);
      return { threshold: `${metric} ${rule}`, measured, kept: sign === '<' ? measured < Number(limit) : measured > Number(limit) };
    }),
  );
}
