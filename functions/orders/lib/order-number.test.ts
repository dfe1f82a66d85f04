import { expect, test } from 'vitest';
import { newOrderNumber } from './order-number.ts';

test('order numbers are eight letters and digits that cannot be mistaken for others', () => {
  const numbers = Array.from({ length: 5_000 }, newOrderNumber);
  for (const number of numbers) expect(number).toMatch(/^K-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('every letter comes up everywhere, so that numbers tell nothing', () => {
  const numbers = Array.from({ length: 5_000 }, newOrderNumber);
  for (const place of [2, 3, 4, 5, 7, 8, 9, 10]) expect(new Set(numbers.map((number) => number[place])).size).toBe(32);
});
