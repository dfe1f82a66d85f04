import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTimes, type Histogram, noteTime, quantileOf, relativeError } from './histogram.ts';

const histogramOf = (times: readonly number[]): Histogram => {
  const histogram: Histogram = {};
  for (const ms of times) noteTime(histogram, ms);
  return histogram;
};
const someTimes = fc.array(fc.double({ min: 5, max: 60_000, noNaN: true }), { minLength: 1 });

test('a quantile is the time of its rank, off by one part in a hundred at most', () => {
  fc.assert(
    fc.property(someTimes, fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1), (times, share) => {
      const exact = [...times].sort((one, other) => one - other)[Math.ceil(times.length * share) - 1] ?? 0;
      const rounding = 0.05;
      expect(Math.abs(quantileOf(histogramOf(times), share) - exact)).toBeLessThanOrEqual(exact * relativeError + rounding + 1e-6);
    }),
  );
});

test('histograms of parts add up to the one of all', () => {
  fc.assert(
    fc.property(someTimes, someTimes, (some, more) => {
      const sum = histogramOf(some);
      addTimes(sum, histogramOf(more));
      expect(sum).toEqual(histogramOf([...some, ...more]));
    }),
  );
});

test('where nothing was noted every quantile is 0', () => {
  expect(quantileOf({}, 0.99)).toBe(0);
});
