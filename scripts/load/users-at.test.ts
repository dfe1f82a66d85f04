import { expect, it } from 'vitest';
import { fullPlan, quickPlan, soakPlan } from '#tests/load/plan.ts';
import { totalSeconds, usersAt } from './users-at.ts';

it('Shoppers come and go evenly within a stage, and none are left after the last', () => {
  const { stages } = fullPlan;
  expect([0, 15, 30, 60, 90, 200, 269, 285].map((seconds) => usersAt(stages, seconds))).toEqual([0, 25, 50, 75, 100, 100, 100, 50]);
  expect(usersAt(stages, 300)).toBeUndefined();
});

it('The plan of CI takes less than a minute, that of a soak as long as it was told', () => {
  expect(totalSeconds(quickPlan.stages)).toBeLessThanOrEqual(45);
  expect(totalSeconds(soakPlan(10).stages)).toBe(600);
});
