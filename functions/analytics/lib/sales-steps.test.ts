import { describe, expect, it } from 'vitest';
import { readSalesRoute } from './contract.ts';
import { countSteps, mostSteps, stepStarts } from './sales-steps.ts';

const starts = (from: string, to: string, step: 'minute' | 'hour' | 'day') =>
  stepStarts({ from, to, step }).map((start) => start.toISOString());

describe('the steps of a time span', () => {
  it('are those that it touches, whole', () => {
    expect(starts('2026-11-20T10:30:00Z', '2026-11-20T12:00:00Z', 'hour')).toEqual([
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T11:00:00.000Z',
    ]);
    expect(starts('2026-11-20T10:00:00Z', '2026-11-20T10:00:00.001Z', 'minute')).toEqual(['2026-11-20T10:00:00.000Z']);
  });

  it('begin in UTC, whatever the offset', () => {
    expect(starts('2026-11-20T00:30:00+01:00', '2026-11-20T02:00:00+01:00', 'day')).toEqual([
      '2026-11-19T00:00:00.000Z',
      '2026-11-20T00:00:00.000Z',
    ]);
  });

  it('are as long as ever on the day that clocks change', () => {
    expect(starts('2026-03-28T23:00:00Z', '2026-03-30T01:00:00Z', 'day').length).toBe(3);
  });

  it('before 1970 begin at full ones, too', () => {
    expect(starts('1969-12-31T23:59:30Z', '1970-01-01T00:00:30Z', 'minute')).toEqual([
      '1969-12-31T23:59:00.000Z',
      '1970-01-01T00:00:00.000Z',
    ]);
  });

  it('are counted without being made', () => {
    expect(countSteps({ from: '0001-01-01T00:00:00Z', to: '9999-12-31T00:00:00Z', step: 'minute' })).toBeGreaterThan(5e9);
  });
});

describe('a question about sales', () => {
  const problems = (query: Record<string, string>) =>
    readSalesRoute.query.safeParse(query).error?.issues.map(({ path, message }) => `${path.join('/')} ${message}`);
  const day = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z', step: 'minute' };

  it(`takes ${mostSteps} steps and no more`, () => {
    expect(problems(day)).toBeUndefined();
    expect(problems({ ...day, to: '2026-11-21T01:00:00Z' })).toBeUndefined();
    expect(problems({ ...day, to: '2026-11-21T01:00:00.001Z' })).toEqual([
      'to makes more than 1500 steps: take a larger step, or a shorter time',
    ]);
    expect(problems({ ...day, step: 'hour' })).toBeUndefined();
  });

  it.each(['2026-11-20T00:00:00Z', '2026-11-19T23:59:59.999Z', '2026-11-20T00:00:00+01:00'])('that ends with %s ends too early', (to) => {
    expect(problems({ ...day, to })).toEqual(['to must be later than from']);
  });

  it.each(['2026-11-20', '2026-11-20T00:00:00', '20 November', '1763596800', '2026-02-30T00:00:00Z', '2026-11-20T00:00:00 01:00'])(
    'needs instants with their offset: %s is none',
    (from) => {
      expect(problems({ ...day, from })).toEqual([expect.stringContaining('from must be an instant with its offset')]);
    },
  );

  it.each(['2026-11-20T05:45:00+05:45', '2026-11-19T23:59:59-00:30', '2026-11-20T00:00:00.123456Z'])('may say %s', (from) => {
    expect(problems({ ...day, from })).toBeUndefined();
  });
});
