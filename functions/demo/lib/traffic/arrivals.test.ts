import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivalsOf, requestsPerJourney } from './arrivals.ts';

const anyRate = fc.record({ seed: fc.nat(2 ** 31 - 1), requestsPerMinute: fc.integer({ min: 1, max: 6_000 }) });

test('the same seed makes the same arrivals, and another one makes others', () => {
  fc.assert(
    fc.property(anyRate, (rate) => {
      expect([...arrivalsOf(rate, 0, 60)]).toEqual([...arrivalsOf(rate, 0, 60)]);
    }),
    { numRuns: 20 },
  );
  const of = (seed: number) => [...arrivalsOf({ seed, requestsPerMinute: 600 }, 0, 60)];
  expect(of(1)).not.toEqual(of(2));
});

test('a run that is sent in parts, wherever they are cut, is the run that is sent at once', () => {
  fc.assert(
    fc.property(anyRate, fc.integer({ min: 0, max: 60 }), (rate, cut) => {
      expect([...arrivalsOf(rate, 0, cut), ...arrivalsOf(rate, cut, 60)]).toEqual([...arrivalsOf(rate, 0, 60)]);
    }),
    { numRuns: 20 },
  );
});

test('arrivals come in order, within their second', () => {
  const times = [...arrivalsOf({ seed: 7, requestsPerMinute: 6_000 }, 10, 40)].map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(times[0]).toBeGreaterThanOrEqual(10_000);
  expect(times.at(-1)).toBeLessThan(40_000);
});

test('arrivals are a Poisson process: as many as the rate says, as different from second to second as their mean, browse 60 / cart 25 / checkout 15', () => {
  const seconds = 20_000;
  const all = [...arrivalsOf({ seed: 3, requestsPerMinute: 1_200 }, 0, seconds)];
  const counts = new Array<number>(seconds).fill(0);
  for (const { atMs } of all) counts[Math.floor(atMs / 1_000)] = (counts[Math.floor(atMs / 1_000)] ?? 0) + 1;
  const mean = all.length / seconds;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / seconds;
  const of = (kind: string) => all.filter((arrival) => arrival.kind === kind).length / all.length;
  const requests = all.reduce((sum, { kind }) => sum + requestsPerJourney[kind], 0);
  expect(requests / seconds).toBeCloseTo(20, 0);
  expect(variance / mean).toBeCloseTo(1, 1);
  expect([of('browse'), of('cart'), of('checkout')].map((share) => Math.round(share * 100))).toEqual([60, 25, 15]);
});

test('a load multiplies the rate of its second, and 0 is nobody', () => {
  const rate = { seed: 5, requestsPerMinute: 600 };
  const loadIn = (second: number) => (second < 1_000 ? 0 : 2);
  const all = [...arrivalsOf(rate, 0, 2_000, loadIn)];
  expect(all[0]?.atMs).toBeGreaterThanOrEqual(1_000_000);
  expect(all.length / [...arrivalsOf(rate, 1_000, 2_000)].length).toBeCloseTo(2, 0);
});
