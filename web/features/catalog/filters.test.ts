import { expect, test } from 'vitest';
import { apiQuery, minorUnits, readFilters, withFilters } from './filters.ts';

test('an address says which list to show, and nonsense in it is left out', () => {
  const filters = readFilters(new URLSearchParams('q= tea &category=kitchen&min=5&max=x&sort=cheap&pages=-3'));
  expect(filters).toEqual({ q: 'tea', category: 'kitchen', min: '5', max: 'x', sort: undefined, pages: 1 });
  expect(apiQuery(filters)).toEqual({ category: 'kitchen', minPrice: '500', maxPrice: undefined, sort: undefined });
  expect(apiQuery(readFilters(new URLSearchParams('category=No%20Slug'))).category).toBeUndefined();
});

test('prices are read as people write them', () => {
  expect(['19.99', '$20', '19,9', '0', '1.005', '-1', '', '1e3'].map(minorUnits)).toEqual([
    '1999',
    '2000',
    '1990',
    '0',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a changed list starts at its first page', () => {
  const params = new URLSearchParams('q=tea&pages=3&category=kitchen');
  expect(withFilters(params, { category: '' }).toString()).toBe('q=tea');
  expect(withFilters(params, { pages: '4' }).toString()).toBe('q=tea&pages=4&category=kitchen');
});
