import { expect, it } from 'vitest';
import { fullPlan } from '#tests/load/plan.ts';
import { judge, percentile, type Sample } from './judge.ts';

const sample = (ms: number, failed = false): Sample => ({ route: 'GET /api/products', ms, failed });
const kept = (samples: Sample[], checks = { held: 100, broken: 0 }) =>
  judge(fullPlan.thresholds, { samples, checks }).map(({ kept }) => kept);

it('A percentile lies between two values, as k6 computes it', () => {
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(percentile([10], 0.95)).toBe(10);
  expect(percentile([], 0.95)).toBeNaN();
});

it('Each threshold is judged for itself', () => {
  const fast = Array.from({ length: 100 }, () => sample(20));
  expect(kept(fast)).toEqual([true, true, true, true]);
  expect(kept([...fast, ...Array.from({ length: 10 }, () => sample(600))])).toEqual([false, true, true, true]);
  expect(kept([...fast, sample(2_000), sample(2_000)])).toEqual([true, false, true, true]);
  expect(kept([...fast, ...Array.from({ length: 12 }, () => sample(20, true))])).toEqual([true, true, false, true]);
  expect(kept(fast, { held: 90, broken: 10 })).toEqual([true, true, true, false]);
});

it('Nothing measured keeps no threshold', () => {
  expect(kept([], { held: 0, broken: 0 })).toEqual([false, false, false, false]);
});

it('A threshold in a notation that is not known is an error, not kept', () => {
  const thresholds = { ...fullPlan.thresholds, http_req_duration: ['median<5'] };
  expect(() => judge(thresholds, { samples: [], checks: { held: 0, broken: 0 } })).toThrow(/median<5/);
});
