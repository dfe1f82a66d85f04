import { expect, test } from 'vitest';
import { turnsOf } from './turns.ts';

test('the strength is the share of the time that a fault is on', () => {
  for (const strength of [0.1, 0.25, 0.5, 0.9, 1]) {
    const { onMs, offMs } = turnsOf(2_000, strength);
    expect(onMs).toBe(2_000);
    expect(onMs / (onMs + offMs)).toBeCloseTo(strength, 3);
  }
});

test('a fault of hardly any strength is off for longer than it lasts, and no longer than a timer can wait', () => {
  for (const strength of [1e-4, 1e-9, Number.MIN_VALUE]) {
    const { onMs, offMs } = turnsOf(2_000, strength);
    expect(offMs).toBeGreaterThan(900_000);
    expect(onMs + offMs).toBeLessThan(2 ** 31);
  }
});
