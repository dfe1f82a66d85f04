import { describe, expect, it } from 'vitest';
import { type Currency, currencies } from '#platform/money.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { judgeRates } from './judge-rates.ts';
import type { FeedRates } from './rates-feed.ts';

const now = new Date('2026-11-26T12:00:00.000Z');
/** The fixed rates of a day, with some of them multiplied. */
const ratesOf = (asOf: string, factors: Partial<Record<Currency, number>> = {}): FeedRates => ({
  asOf,
  micros: Object.fromEntries(
    currencies.map((code) => [code, Math.round(Number(fixed(code).micros) * (factors[code] ?? 1))]),
  ) as FeedRates['micros'],
});
const counting = ratesOf('2026-11-24');
const judge = (feed: FeedRates, held: FeedRates | null = null, ages = true) => judgeRates(feed, { counting, held, now, ages }).verdict;

describe('rates of a feed', () => {
  it('are taken when they are newer, or a correction of the same day', () => {
    expect(judge(ratesOf('2026-11-25'))).toBe('take');
    expect(judge(ratesOf('2026-11-25', { EUR: 1.01, JPY: 0.98 }))).toBe('take');
    expect(judge(ratesOf('2026-11-24', { EUR: 1.01 }))).toBe('take');
  });

  it('are known when they say the same of the same day, and ignored when we have newer ones', () => {
    expect(judge(ratesOf('2026-11-24'))).toBe('known');
    expect(judge(ratesOf('2026-11-23', { EUR: 1.01 }))).toBe('older');
    expect(judge(ratesOf('2026-11-23', { EUR: 9 }))).toBe('older');
  });

  it.each([1.26, 10, 0.79, 0.1])('are held when one of them moved by a factor of %s, with a word on which', (factor) => {
    const judged = judgeRates(ratesOf('2026-11-25', { CHF: factor }), { counting, held: null, now, ages: true });
    expect(judged).toEqual({
      verdict: 'hold',
      reason: expect.stringMatching(/^too large a step for one day: CHF from 0\.8837 to [\d.]+$/),
    });
  });

  it('may move by a quarter, either way', () => {
    for (const factor of [1.249, 0.801]) expect(judge(ratesOf('2026-11-25', { CHF: factor }))).toBe('take');
  });

  it('that moved far are taken once a later day says about the same, not by being asked again on the same day', () => {
    const held = ratesOf('2026-11-25', { CHF: 1.5 });
    expect(judge(held, held)).toBe('hold');
    expect(judge(ratesOf('2026-11-26', { CHF: 1.45 }), held)).toBe('take');
    expect(judge(ratesOf('2026-11-26', { CHF: 15 }), held)).toBe('hold');
    expect(judge(ratesOf('2026-11-26', { CHF: 1.5, JPY: 2 }), held)).toBe('hold');
    expect(judge(ratesOf('2026-11-26'), held)).toBe('take'); // the slip is mended
  });

  it('of a day to come are refused; of tomorrow are not: clocks and zones differ', () => {
    expect(judge(ratesOf('2026-11-27'))).toBe('take');
    expect(judge(ratesOf('2026-11-28'))).toBe('future');
  });

  it('that have not been renewed for more than eight days mean that the feed has stopped, unless it is a file', () => {
    const old = ratesOf('2026-11-17');
    expect(judge(old)).toBe('stale');
    expect(judge(old, null, false)).toBe('older');
    expect(judge(ratesOf('2026-11-18'))).toBe('older');
  });
});
