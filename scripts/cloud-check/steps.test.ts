import { describe, expect, it } from 'vitest';
import { textsIn } from './aws.ts';
import { chosen, lineOf, type Result, type Step, stepNames, summary } from './steps.ts';

const step = (name: string, needs?: string[]): Step => ({ name, about: name, run: async () => '', ...(needs && { needs }) });
const all = [step('deploy'), step('a'), step('b', ['a']), step('c', ['b', 'destroy']), step('d'), step('destroy')];
const names = (only: string[]) => chosen(only, all).map(({ name }) => name);

describe('the steps of cloud:check', () => {
  it('are all of them where none is named', () => {
    expect(names([])).toEqual(['deploy', 'a', 'b', 'c', 'd', 'destroy']);
  });

  it('are the named ones, what they need, deploying and destroying, in the check’s order', () => {
    expect(names(['c'])).toEqual(['deploy', 'a', 'b', 'c', 'destroy']);
    expect(names(['d', 'a'])).toEqual(['deploy', 'a', 'd', 'destroy']);
    expect(names(['deploy'])).toEqual(['deploy', 'destroy']);
  });

  it('need steps that there are, which come before them', () => {
    for (const { name, needs = [] } of chosen([])) {
      for (const needed of needs) {
        expect(stepNames).toContain(needed);
        expect(stepNames.indexOf(needed), `${name} needs ${needed}`).toBeLessThan(stepNames.indexOf(name));
      }
    }
  });
});

describe('a run of cloud:check', () => {
  const result = (state: Result['state']): Result => ({ name: 'a', about: 'what', seconds: 1.25, outcome: 'seen', state });

  it('ends with 0 only when every step was as expected', () => {
    expect(summary([result('ok'), result('ok')], 65)).toEqual({ line: '2 of 2 steps as expected (1 min 5 s)', code: 0 });
    expect(summary([result('ok'), result('failed')], 5)).toEqual({ line: '1 of 2 steps as expected, 1 failed (0 min 5 s)', code: 1 });
    expect(summary([result('ok'), result('not reached')], 5).code).toBe(1);
  });

  it('tells each step in a line', () => {
    expect(lineOf(result('ok'))).toBe('ok   a              1.3 s  what: seen');
    expect(lineOf({ ...result('failed'), outcome: '' })).toBe('FAIL a              1.3 s  what');
  });
});

describe('an answer in XML', () => {
  it('gives the texts of an element, with its characters', () => {
    expect(textsIn('<a><Key>x &amp; &quot;y&quot;</Key><Key></Key><KeyName>z</KeyName></a>', 'Key')).toEqual(['x & "y"', '']);
  });
});
