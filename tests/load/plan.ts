/**
 * How many shoppers there are when, and what counts as well. Read by k6 (k6.ts) and by Node (scripts/load), so it imports neither's modules.
 */

/** Over `seconds` the number of shoppers goes evenly from where it was to `users`. */
export interface Stage {
  seconds: number;
  users: number;
}

/**
 * k6's own notation: `p(95)<500` in ms, `rate<0.10` as a share.
 * http_req_failed counts answers of 400 and above and requests without an answer; checks is the share of answers that hold what they must.
 */
export type Thresholds = Record<'http_req_duration' | 'http_req_failed' | 'checks', string[]>;

export interface Plan {
  stages: Stage[];
  thresholds: Thresholds;
}

/** The shop keeps what it promises: 95 of 100 answers come within half a second, 99 within one, and fewer than one in ten fails. */
const thresholds: Thresholds = {
  http_req_duration: ['p(95)<500', 'p(99)<1000'],
  http_req_failed: ['rate<0.10'],
  checks: ['rate>0.99'],
};

export const fullPlan: Plan = {
  stages: [
    { seconds: 30, users: 50 },
    { seconds: 60, users: 100 },
    { seconds: 180, users: 100 },
    { seconds: 30, users: 0 },
  ],
  thresholds,
};

/**
 * For CI: whether script, shop and thresholds still fit each other, in half a minute. A machine of CI may be slow, and many of the few requests are the
 * first of their function, so it says little about speed: a page that takes two seconds is wrong everywhere.
 */
export const quickPlan: Plan = {
  stages: [
    { seconds: 5, users: 10 },
    { seconds: 20, users: 10 },
    { seconds: 5, users: 0 },
  ],
  thresholds: { ...thresholds, http_req_duration: ['p(95)<2000'] },
};

/** A steady crowd, for what grows slowly: memory, connections, queues. */
export const soakPlan = (minutes: number, users = 40): Plan => ({
  stages: [
    { seconds: 30, users },
    { seconds: minutes * 60 - 60, users },
    { seconds: 30, users: 0 },
  ],
  thresholds,
});
