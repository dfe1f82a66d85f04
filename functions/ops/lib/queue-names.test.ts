import { expect, it } from 'vitest';
import { queueNames, shortNameOf } from './queue-names.ts';

it('a queue’s short name leads to its dead letters and back, within its stage', () => {
  const { queue, deadLetters } = queueNames('notify-people', 'prod');
  expect([queue, deadLetters]).toEqual(['kelvo-prod-notify-people', 'kelvo-prod-notify-people-dead-letters']);
  expect(shortNameOf(deadLetters, 'prod')).toBe('notify-people');
  expect(shortNameOf(queue, 'prod')).toBeUndefined();
  expect(shortNameOf(deadLetters, 'dev')).toBeUndefined();
});
