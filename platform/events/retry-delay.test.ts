import { expect, it } from 'vitest';
import { retryDelaySeconds } from './retry-delay.ts';

it('an event that keeps failing waits twice as long each time, up to an hour', () => {
  expect([1, 2, 3, 7, 8, 9, 1_000_000].map(retryDelaySeconds)).toEqual([30, 60, 120, 1920, 3600, 3600, 3600]);
});
