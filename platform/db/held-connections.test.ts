import { expect, test } from 'vitest';
import { heldOf } from './held-connections.ts';

test('of a pool a share of its connections is held, one at least, and all at strength 1', () => {
  expect([0.01, 0.5, 0.9, 1].map((strength) => heldOf(strength, 20, 0.99))).toEqual([1, 10, 18, 20]);
});

test('of a pool of one the strength is the share of the processes that hold theirs', () => {
  const draws = Array.from({ length: 100 }, (_, i) => i / 100);
  const holding = (strength: number) => draws.filter((draw) => heldOf(strength, 1, draw) === 1).length;
  expect([0.1, 0.5, 1].map(holding)).toEqual([10, 50, 100]);
});
