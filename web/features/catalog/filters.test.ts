import { expect, test } from 'vitest';
import { apiQuery, plainPrice, priceFault, readFilters, withFilters } from './filters.ts';

test('an address says which list to show, and nonsense in it is left out', () => {
  const filters = readFilters(new URLSearchParams('q= tea &category=kitchen&min=5&max=x&sort=cheap&pages=-3'));
  expect(filters).toEqual({ q: 'tea', category: 'kitchen', min: '5', max: 'x', sort: undefined, pages: 1 });
  expect(apiQuery(filters)).toEqual({ category: 'kitchen', minPrice: '500', maxPrice: undefined, sort: undefined });
  expect(apiQuery(readFilters(new URLSearchParams('category=No%20Slug'))).category).toBeUndefined();
});

test('prices are read as people write them, and kept in a form that every locale reads alike', () => {
  expect(['19.99', '$20', '19,9', '0', '1,299', '1.299,00', '$1,299.50', '1 299'].map(plainPrice)).toEqual([
    '19.99',
    '20',
    '19.90',
    '0',
    '1299',
    '1299',
    '1299.50',
    '1299',
  ]);
  for (const text of ['cheap', '-1', '1e3', '1.005'])
    expect([plainPrice(text), priceFault(text)]).toEqual([undefined, expect.stringContaining('like 1,299')]);
  expect([priceFault(''), priceFault('  '), priceFault('1,299')]).toEqual([undefined, undefined, undefined]);
});

test('a changed list starts at its first page', () => {
  const params = new URLSearchParams('q=tea&pages=3&category=kitchen');
  expect(withFilters(params, { category: '' }).toString()).toBe('q=tea');
  expect(withFilters(params, { pages: '4' }).toString()).toBe('q=tea&pages=4&category=kitchen');
});
