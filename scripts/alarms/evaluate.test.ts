import { describe, expect, it, test } from 'vitest';
import type { Alarm } from './alarm.ts';
import { readRule } from './composite.ts';
import type { Datum } from './datum.ts';
import { evaluateAlarm, type State, stateOf } from './evaluate.ts';
import { samplesNeeded, statisticOf } from './statistics.ts';

// 0 is within the threshold, X breaks it, - is missing; the newest is on the right.
const pointsOf = (drawn: string) => drawn.split(' ').map((sign) => ({ '0': 0, X: 1, '-': undefined })[sign as '0' | 'X' | '-']);
const kept = 'ALARM' as State; // the state before, which some keep
const states = { A: 'ALARM', O: 'OK', I: 'INSUFFICIENT_DATA', kept: 'kept' } as const;

describe('missing data, as the two tables of CloudWatch’s documentation have it', () => {
  const table = (datapointsToAlarm: number, drawn: string, expected: (keyof typeof states)[]) => {
    for (const [i, missing] of (['missing', 'ignore', 'breaching', 'notBreaching'] as const).entries()) {
      const rule = { evaluationPeriods: 3, datapointsToAlarm, missing, operator: 'GreaterThanThreshold', threshold: 0.5 } as const;
      const from = (before: State) => stateOf(rule, pointsOf(drawn), before);
      const found = from('ALARM') === from('OK') ? from('ALARM') : 'kept';
      expect({ missing, state: found }).toEqual({ missing, state: states[expected[i] ?? 'O'] });
    }
  };
  test.each([
    ['0 - X - X', ['O', 'O', 'O', 'O']],
    ['0 - - - -', ['O', 'O', 'O', 'O']],
    ['- - - - -', ['I', 'kept', 'A', 'O']],
    ['0 X X - X', ['A', 'A', 'A', 'A']],
    ['- - X - -', ['A', 'kept', 'A', 'O']],
  ] as const)('three of three: %s', (drawn, expected) => {
    table(3, drawn, [...expected]);
  });
  test.each([
    ['0 - X - X', ['A', 'A', 'A', 'A']],
    ['0 0 X 0 X', ['A', 'A', 'A', 'A']],
    ['0 - X - -', ['O', 'O', 'A', 'O']],
    ['- - - - 0', ['O', 'O', 'A', 'O']],
    ['- - - X -', ['A', 'kept', 'A', 'O']],
  ] as const)('two of three: %s', (drawn, expected) => {
    table(2, drawn, [...expected]);
  });
});

const alarm: Alarm = {
  name: 'a',
  description: '',
  period: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  operator: 'GreaterThanThreshold',
  threshold: 100,
  missing: 'notBreaching',
  lowSamples: 'evaluate',
  expression: undefined,
  metrics: [{ id: 'm', namespace: 'N', name: 'Latency', dimensions: { ApiId: 'x' }, statistic: 'p95' }],
  actions: [],
};
/** A minute's values, the newest minute last; the alarm is asked at 6,000 s. */
const minutes = (...values: number[][]): Datum[] =>
  values.map((of, i) => ({
    namespace: 'N',
    name: 'Latency',
    dimensions: { ApiId: 'x' },
    at: 6_000 - 60 * (values.length - i) + 7,
    values: of,
  }));

describe('an alarm', () => {
  const slow = Array.from({ length: 20 }, (_, i) => (i < 18 ? 50 : 500));
  const fast = Array.from({ length: 20 }, (_, i) => (i < 19 ? 50 : 500));

  it('takes the statistic of each period, and counts M of N', () => {
    expect(evaluateAlarm(alarm, minutes(slow, fast, slow), 6_000)).toBe('ALARM');
    expect(evaluateAlarm(alarm, minutes(slow, fast, fast), 6_000)).toBe('OK');
    expect(evaluateAlarm({ ...alarm, datapointsToAlarm: 3 }, minutes(slow, fast, slow), 6_000)).toBe('OK');
  });

  it('does not look at the period under way, nor at a metric with one more dimension', () => {
    const now = minutes(slow, slow).map((datum) => ({ ...datum, at: datum.at + 120 }));
    expect(evaluateAlarm(alarm, now, 6_000)).toBe('OK');
    const staged = minutes(slow, slow, slow).map((datum) => ({ ...datum, dimensions: { ApiId: 'x', Stage: '$default' } }));
    expect(evaluateAlarm(alarm, staged, 6_000)).toBe('OK');
  });

  it('of a percentile is kept as it is by ignore, while values are too few to tell', () => {
    const of = { ...alarm, lowSamples: 'ignore' as const };
    expect([samplesNeeded(0.95), samplesNeeded(0.99), samplesNeeded(0.5), samplesNeeded(0.05)]).toEqual([200, 1000, 20, 200]);
    expect(evaluateAlarm(of, minutes(slow, slow, slow), 6_000, 'OK')).toBe('OK');
    expect(evaluateAlarm(of, minutes(fast, fast, fast), 6_000, 'ALARM')).toBe('ALARM');
    const many = Array.from({ length: 10 }, () => slow).flat();
    expect(evaluateAlarm(of, minutes(many, many, many), 6_000, 'OK')).toBe('ALARM');
  });

  it('of an expression has a value in periods alone where all of its metrics have one', () => {
    const metric = (id: string, name: string) => ({ id, namespace: 'N', name, dimensions: {}, statistic: 'Sum' });
    const share: Alarm = { ...alarm, expression: '100 * bad / all', threshold: 10, metrics: [metric('bad', 'Bad'), metric('all', 'All')] };
    const data = (name: string, ...values: number[]) =>
      minutes(...values.map((value) => [value])).map((d) => ({ ...d, name, dimensions: {} }));
    expect(evaluateAlarm(share, [...data('Bad', 20, 20, 20), ...data('All', 100, 100, 100)], 6_000)).toBe('ALARM');
    expect(evaluateAlarm(share, [...data('Bad', 20, 20, 20), ...data('All', 100)], 6_000)).toBe('OK');
    expect(evaluateAlarm(share, data('Bad', 20, 20, 20), 6_000)).toBe('OK');
  });
});

test.each([
  ['Sum', 10],
  ['Average', 2.5],
  ['Minimum', 1],
  ['Maximum', 4],
  ['SampleCount', 4],
  ['p50', 2],
  ['p75', 3],
  ['p99', 4],
  ['p100', 4],
])('%s of 4, 1, 3, 2 is %d', (statistic, value) => {
  expect(statisticOf(statistic, [4, 1, 3, 2])).toBe(value);
});
test('a statistic that CloudWatch does not have is refused', () => {
  expect(() => statisticOf('Median', [1])).toThrow('Median');
});

describe('the rule of a composite alarm', () => {
  const states: Record<string, State> = { a: 'ALARM', b: 'OK', c: 'INSUFFICIENT_DATA' };
  test.each([
    ['ALARM("a")', true],
    ['ALARM("b")', false],
    ['ALARM("a") AND OK("b") AND INSUFFICIENT_DATA("c")', true],
    ['ALARM("b") OR ALARM("a") AND NOT OK("b")', false],
    ['(ALARM("b") OR ALARM("a")) AND NOT ALARM("b")', true],
    ['TRUE AND NOT FALSE', true],
  ])('%s is %s', (rule, value) => {
    expect(readRule(rule).holds((name) => states[name] ?? kept)).toBe(value);
  });
  it('names the alarms that it asks', () => {
    expect(readRule('ALARM("a") OR (OK("b") AND NOT ALARM("a"))').alarms).toEqual(['a', 'b']);
  });
  test.each(['', 'ALARM(a)', 'ALARM("a"', 'ALARM("a") ALARM("b")', 'ALARM("a") XOR ALARM("b")', '()'])(
    'that is none is refused: %s',
    (rule) => {
      expect(() => readRule(rule)).toThrow(Error);
    },
  );
});
