/** What is counted for a bill: the `base + perRequest × requests` units of a month, of which the first `free` cost nothing. */
export interface Meter {
  /** USD for one unit. */
  usd: number;
  base?: number;
  perRequest?: number;
  free?: number;
}

/** USD of a month in which the API has so many requests. */
export const monthlyUsd = (meters: readonly Meter[], requests: number): number =>
  meters.reduce((sum, { usd, base = 0, perRequest = 0, free = 0 }) => sum + usd * Math.max(0, base + perRequest * requests - free), 0);
