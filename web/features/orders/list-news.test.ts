import { expect, test } from 'vitest';
import type { Order } from '#functions/orders/lib/contract.ts';
import { newsOfList, newsText } from './list-news.ts';

/** Orders placed in these minutes, the newest first. */
const orders = (...minutes: number[]) =>
  minutes.map((minute) => ({ id: String(minute), createdAt: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z` }) as Order);
const textOf = (loaded: Order[], items: Order[], nextCursor: string | null = null) => newsText(newsOfList(loaded, { items, nextCursor }));

test.each([
  ['nothing, where nothing has happened', orders(3, 2, 1), orders(3, 2, 1), null, undefined],
  ['nothing of older orders that the newest do not show', orders(3, 2, 1), orders(3, 2), 'more', undefined],
  ['one new order', orders(1), orders(2, 1), null, '1 new order'],
  ['three, though one is older than the newest that is loaded', orders(5, 1), orders(7, 6, 5, 3, 1), null, '3 new orders'],
  ['the first of an empty list', [], orders(1), null, '1 new order'],
  ['that there may be more', orders(1), orders(9, 8), 'more', '2 or more new orders'],
  ['not that there may be more, where these are all', [], orders(9, 8), null, '2 new orders'],
  ['what has left the list', orders(3, 2, 1), orders(3, 1), 'more', '1 order has moved on'],
  ['what has left the list at its end', orders(3, 2, 1), orders(3), null, '2 orders have moved on'],
  ['that all have', orders(3, 2), [], null, '2 orders have moved on'],
  ['new ones before those that left', orders(3, 2), orders(4, 3), null, '1 new order'],
] as const)('a list tells %s', (_, loaded, items, nextCursor, text) => {
  expect(textOf([...loaded], [...items], nextCursor)).toBe(text);
});
