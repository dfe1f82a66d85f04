import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affinitiesOf, type BoughtTogether, fewestBuyers, logLikelihoodRatio, mostOthers } from './affinity.ts';

const share = fc.double({ min: 0.0001, max: 0.5, noNaN: true });
const others = fc.uniqueArray(
  fc.record({ id: fc.uuid(), weight: fc.double({ min: 0.001, max: 50, noNaN: true }), buyers: fc.integer({ min: 1, max: 60 }) }),
  { selector: ({ id }) => id, maxLength: 40 },
);
const sum = (list: number[]) => list.reduce((all, each) => all + each, 0);
const bought = others.map((list) => ({
  productId: 'this',
  buyers: sum(list.map(({ buyers }) => buyers)),
  weight: sum(list.map(({ weight }) => weight)),
  others: list,
}));
/** So many of all buyers, all of today or each weighing less. */
const together = (buyers: number, all: number, each = 1): BoughtTogether => ({
  productId: 'this',
  buyers: all,
  weight: all * each,
  others: [{ id: 'other', buyers, weight: buyers * each }],
});

describe('the log-likelihood ratio', () => {
  it('is zero where there is as much as chance explains, and grows with every step away', () => {
    expect(logLikelihoodRatio(10, 10, 100)).toBeCloseTo(0);
    const above = [10, 12, 15, 20, 40, 100].map((count) => logLikelihoodRatio(count, 10, 100));
    expect(above).toEqual([...above].sort((a, b) => a - b));
  });

  it('is never negative', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        share,
        fc.double({ min: 1, max: 1_000, noNaN: true }),
        (part, expected, total) => {
          expect(logLikelihoodRatio(part * total, expected * total, total)).toBeGreaterThanOrEqual(-1e-9);
        },
      ),
    );
  });

  it('is as in a worked example: 30 of 1,000 things where chance explains 10', () => {
    expect(logLikelihoodRatio(30, 10, 1_000)).toBeCloseTo(2 * (30 * Math.log(3) + 970 * Math.log(970 / 990)), 10);
  });
});

describe('what goes with a product', () => {
  it('is what beats chance surely, and not what is merely popular', () => {
    expect(affinitiesOf(together(20, 100), () => 0.01)).toHaveLength(1);
    expect(affinitiesOf(together(20, 100), () => 0.2)).toEqual([]);
    expect(affinitiesOf(together(3, 100), () => 0.01)).toEqual([]);
  });

  it('is nothing that fewer than three buyers bought with it, however much of it', () => {
    expect(affinitiesOf(together(fewestBuyers - 1, fewestBuyers - 1), () => 0.001)).toEqual([]);
  });

  it('scores less where it is known of few', () => {
    const scoreOf = (buyers: number, all: number, each = 1) => affinitiesOf(together(buyers, all, each), () => 0.001)[0]?.score ?? 0;
    expect(scoreOf(5, 10)).toBeLessThan(scoreOf(50, 100));
    expect(scoreOf(50, 100)).toBeLessThan(0.5);
    expect(scoreOf(50, 100, 0.1)).toBeLessThan(scoreOf(50, 100)); // and where it is long ago
  });

  it('does not expect a product beside itself: half of everything is this one, so the other is half of the rest', () => {
    const shareOf = (id: string) => (id === 'this' ? 0.5 : 0.25);
    expect(affinitiesOf(together(50, 100), shareOf)).toEqual([]);
  });

  it('is at most so many, best first, each with a score between zero and one, whatever was bought', () => {
    fc.assert(
      fc.property(bought, share, (each, of) => {
        const found = affinitiesOf(each, () => of);
        expect(found.length).toBeLessThanOrEqual(mostOthers);
        const scores = found.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        for (const score of scores) expect(score > 0 && score < 1).toBe(true);
      }),
    );
  });
});
