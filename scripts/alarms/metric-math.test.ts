import { describe, expect, it, test } from 'vitest';
import { readExpression } from './metric-math.ts';

const valueAt = (text: string, values: Record<string, number | undefined> = {}) => readExpression(text).at(values);

describe('an expression', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['8 - 2 - 1', 5],
    ['8 / 4 / 2', 1],
    ['2 >= 2', 1],
    ['2 > 2', 0],
    ['1 < 2 AND 2 < 1', 0],
    ['1 < 2 && 2 < 3', 1],
    ['1 > 2 OR 2 == 2', 1],
    ['1 > 2 || 1 != 1', 0],
    ['0 AND 0 OR 1', 1],
    ['IF(3 > 2, 10, 20)', 10],
    ['IF(3 < 2, 10, IF(1, 30, 40))', 30],
  ])('%s is %d', (text, value) => {
    expect(valueAt(text)).toBe(value);
  });

  it('takes metrics by their ids', () => {
    expect(readExpression('IF(failures >= 3, 100 * failures / requests, 0)').metrics).toEqual(['failures', 'requests']);
    expect(valueAt('IF(failures >= 3, 100 * failures / requests, 0)', { failures: 5, requests: 200 })).toBe(2.5);
  });

  it('has no value where one of its metrics has none, on either side of an IF, or where it divides by zero', () => {
    expect(valueAt('a + b', { a: 1 })).toBeUndefined();
    expect(valueAt('IF(a > 0, a, b)', { a: 1 })).toBeUndefined();
    expect(valueAt('a / b', { a: 1, b: 0 })).toBeUndefined();
    expect(valueAt('a / b', { a: 0, b: 0 })).toBeUndefined();
  });

  test.each(['', '1 +', '(1', '1)', 'IF(1, 2)', 'FILL(m, 0)', 'M1 + 1', '1 $ 2', 'a b'])('that is none is refused: %s', (text) => {
    expect(() => readExpression(text)).toThrow(Error);
  });
});
