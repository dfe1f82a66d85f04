import { afterEach, describe, expect, test } from 'vitest';
import { attempt, attemptKey, forgetAttempt, openAttempt } from './attempt.ts';
import { networkProblem, problemOf } from './problem.ts';

const refusal = (code: string) => problemOf(409, { code, detail: '', status: 409, title: '' }, null);

describe('an attempt', () => {
  afterEach(() => forgetAttempt('order', openAttempt('order')?.key ?? ''));

  test('keeps its key for the same content, and gets a new one for other content', () => {
    const key = attemptKey('order', { total: 1 });
    expect(attemptKey('order', { total: 1 })).toBe(key);
    expect(attemptKey('order', { total: 2 })).not.toBe(key);
    expect(openAttempt('order')?.content).toEqual({ total: 2 });
  });

  test('is forgotten after an answer, so that the same content can be ordered again', async () => {
    const keys: string[] = [];
    for (const _ of [1, 2]) await attempt('order', { total: 1 }, async (key) => keys.push(key));
    expect(new Set(keys).size).toBe(2);
  });

  test('is forgotten after a plain refusal', async () => {
    await expect(attempt('order', {}, () => Promise.reject(refusal('out-of-stock')))).rejects.toThrow();
    expect(openAttempt('order')).toBeUndefined();
  });

  test.each([
    ['a lost answer', networkProblem()],
    ['an outage', problemOf(503, undefined, '2')],
    ['too many requests', problemOf(429, undefined, null)],
    ['the same attempt still under way', refusal('in-progress')],
  ])('stays after %s: the next try has the same key', async (_name, error) => {
    const keys: string[] = [];
    for (const _ of [1, 2]) {
      await expect(
        attempt('order', { total: 1 }, (key) => {
          keys.push(key);
          return Promise.reject(error);
        }),
      ).rejects.toBe(error);
    }
    expect(new Set(keys).size).toBe(1);
  });

  test('is not forgotten by one that ended later in another tab', () => {
    const key = attemptKey('order', { total: 1 });
    forgetAttempt('order', 'another key');
    expect(openAttempt('order')?.key).toBe(key);
  });
});
