import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { Misuse, misuseOf, readStage } from './command-line.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it was taken');
};
const parse = (...args: string[]) => thrownBy(() => parseArgs({ args, options: { stage: { type: 'string' } }, strict: true }));

test('a stage is one of three, and a missing or another one is named in a sentence', () => {
  expect(readStage('prod')).toBe('prod');
  expect(() => readStage(undefined)).toThrow('--stage is missing: --stage dev, staging or prod.');
  expect(() => readStage('production')).toThrow('--stage is dev, staging, prod, not "production".');
});

test('an unknown flag, a flag without its value and a stray word are misuse, each one short sentence', () => {
  expect(misuseOf(parse('--stge', 'dev'))?.message).toBe("Unknown option '--stge'.");
  expect(misuseOf(parse('--stage'))?.message).toMatch(/^Option '--stage <value>' argument missing\.$/);
  expect(misuseOf(parse('dev'))?.message).toBe("Unexpected argument 'dev'.");
});

test('another error is no misuse', () => {
  expect(misuseOf(new Error('x'))).toBeUndefined();
  expect(misuseOf(new Misuse('y'))?.message).toBe('y');
});
