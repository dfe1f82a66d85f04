import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { answerTo, checkConfirm, Misuse, misuseOf, readStage } from './command-line.ts';

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

test('a command without flags begins when it is given none, says what it is at --help, and refuses the rest', () => {
  expect(answerTo([], 'Usage: x')).toBeUndefined();
  expect(answerTo(['--help'], 'Usage: x')).toEqual({ code: 0, text: 'Usage: x' });
  expect(answerTo(['--nope', '1'], 'Usage: x')).toEqual({ code: 2, text: 'It takes no --nope.\n\nUsage: x' });
});

test('a confirmation that names another stage is refused', () => {
  expect(() => checkConfirm({ stage: 'dev', confirm: 'prod' })).toThrow(Misuse);
  expect(() => checkConfirm({ stage: 'prod', confirm: 'prod' })).not.toThrow();
  expect(() => checkConfirm({ stage: 'dev' })).not.toThrow();
});
