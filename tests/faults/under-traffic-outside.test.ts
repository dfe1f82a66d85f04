/** Faults of whom the shop talks to, provider, bus, mail and ads, while shoppers shop. What may be seen of each: tests/support/faults-under-traffic.ts. */
import { expect, it } from 'vitest';
import { faultNames } from '#platform/faults/fault-names.ts';
import { faultsInside, unexcused } from '#tests/support/faults-under-traffic.ts';
import type { Noted } from '#tests/support/traffic-ledger.ts';
import { promisesKeptDuring } from '#tests/support/under-traffic-suite.ts';

it('An answer is excused by its status, code and route together, and a 503 only if it says when to come back', () => {
  const mayFail = [{ status: 503, code: 'ads-unavailable', on: /ads/ } as const];
  const answer = (more: Partial<Noted>): Noted => ({
    at: 0,
    route: 'GET /api/ads',
    status: 503,
    retryAfterMs: 2_000,
    ms: 1,
    failure: 'ads-unavailable',
    ...more,
  });
  const excused = (more: Partial<Noted>) => unexcused([answer(more)], mayFail).length === 0;
  expect(excused({})).toBe(true);
  expect(excused({ status: 200, failure: undefined })).toBe(true);
  for (const wrong of [
    { status: 500 },
    { failure: 'internal-error' },
    { route: 'GET /api/products' },
    { retryAfterMs: undefined },
    { status: 0, failure: 'unreachable' },
  ])
    expect(excused(wrong)).toBe(false);
});

promisesKeptDuring(faultNames.filter((name) => !faultsInside.includes(name)));
