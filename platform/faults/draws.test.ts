import { expect, test } from 'vitest';
import { drawOf } from './draws.ts';

const draws = (seed: number, name: string) => Array.from({ length: 2_000 }, (_, position) => drawOf(seed, name, position));

test('the same seed, name and position give the same number, and another of the three another', () => {
  expect(draws(7, 'bad-deploy')).toEqual(draws(7, 'bad-deploy'));
  expect(new Set([...draws(7, 'bad-deploy'), ...draws(8, 'bad-deploy'), ...draws(7, 'ads-errors')]).size).toBeGreaterThan(5_990);
});

test.each([0, 1, 7, 2_147_483_647])(
  'with seed %i each tenth of the range comes about as often as the others, whatever came before',
  (seed) => {
    const all = draws(seed, 'payment-declines');
    const tenths = (some: number[]) => Array.from({ length: 10 }, (_, i) => some.filter((draw) => Math.floor(draw * 10) === i).length);
    expect(Math.min(...tenths(all))).toBeGreaterThan(150);
    expect(Math.max(...tenths(all))).toBeLessThan(250);
    const afterHigh = all.filter((_, i) => (all[i - 1] ?? 0) > 0.5);
    expect(afterHigh.filter((draw) => draw > 0.5).length / afterHigh.length).toBeGreaterThan(0.45);
    expect(afterHigh.filter((draw) => draw > 0.5).length / afterHigh.length).toBeLessThan(0.55);
  },
);
