import { expect, test } from 'vitest';
import { productCount, shownOf } from './product-count.ts';

test('a number of products says whether it is an estimate', () => {
  expect([productCount(0), productCount(1), productCount(5_000), productCount(5_000, true)]).toEqual([
    '0 products',
    '1 product',
    '5,000 products',
    'about 5,000 products',
  ]);
});

test('how much is shown is never more than there is', () => {
  expect([shownOf(24, 51), shownOf(24, 1_200, true), shownOf(1, 1), shownOf(24, undefined)]).toEqual([
    '24 of 51 products shown',
    '24 of about 1,200 products shown',
    '1 of 1 product shown',
    '24 products shown',
  ]);
  expect(shownOf(1_224, 1_200, true)).toBe('1,224 products shown');
});
