import { expect, test } from 'vitest';
import { groupsOf, offersOf, questionOf, suggestionsOf } from './suggestions.ts';

const product = {
  id: '019aa047-0400-71b0-837b-000000000000',
  slug: 'mug',
  name: 'Mug',
  imageUrl: '',
  price: { amount: 100, currency: 'USD' },
} as const;

test('texts that mean the same are one question', () => {
  for (const text of ['wireless head', ' Wireless  HEAD ', 'wireless\thead']) expect(questionOf(text)).toBe('wireless head');
});

test('options stand in groups, and are numbered through all of them', () => {
  const list = suggestionsOf({ queries: ['mug', 'mug tree'], products: [product], categories: [{ slug: 'kitchen', name: 'Kitchen' }] });
  expect(groupsOf(list).map(({ label, options }) => [label, options.map(({ index }) => index)])).toEqual([
    ['Searches', [0, 1]],
    ['Categories', [2]],
    ['Products', [3]],
  ]);
});

test('with nothing typed the last searches are offered, and to forget them', () => {
  expect(offersOf([])).toEqual([]);
  expect(offersOf(['tea']).map(({ kind }) => kind)).toEqual(['recent', 'forget']);
});
