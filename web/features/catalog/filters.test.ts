import { expect, test } from 'vitest';
import { apiQuery, plainPrice, priceFault, priceFilters, readFilters, withFilters } from './filters.ts';

test('an address says which list to show, and nonsense in it is left out', () => {
  const filters = readFilters(new URLSearchParams('q= tea &category=kitchen&min=5&max=x&sort=cheap&pages=-3'), 'USD');
  expect(filters).toEqual({
    currency: 'USD',
    q: 'tea',
    category: 'kitchen',
    min: '5',
    max: 'x',
    sort: undefined,
    pages: 1,
    tag: '',
    inStock: false,
    exact: false,
  });
  expect(apiQuery(filters)).toEqual({ currency: 'USD', category: 'kitchen', minPrice: '500', maxPrice: undefined, sort: undefined });
  expect(apiQuery(readFilters(new URLSearchParams('category=No%20Slug'), 'USD')).category).toBeUndefined();
});

test('prices are read as people write them, and kept in a form that every locale reads alike', () => {
  expect(['19.99', '$20', '19,9', '0', '1,299', '1.299,00', '$1,299.50', '1 299'].map((text) => plainPrice(text, 'USD'))).toEqual([
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
    expect([plainPrice(text, 'USD'), priceFault(text, 'USD')]).toEqual([undefined, expect.stringContaining('like 1,299')]);
  expect(['', '  ', '1,299'].map((text) => priceFault(text, 'USD'))).toEqual([undefined, undefined, undefined]);
});

test('a changed list starts at its first page', () => {
  const params = new URLSearchParams('q=tea&pages=3&category=kitchen');
  expect(withFilters(params, { category: '' }).toString()).toBe('q=tea');
  expect(withFilters(params, { pages: '4' }).toString()).toBe('q=tea&pages=4&category=kitchen');
});

test('prices are in the chosen currency, and an address with those of another one shows the list without them', () => {
  const inYen = new URLSearchParams({ category: 'kitchen', ...priceFilters({ min: '¥1,500', max: '' }, 'JPY') });
  expect(inYen.toString()).toBe('category=kitchen&min=1500&max=&currency=JPY');
  const bounds = (params: URLSearchParams, currency: 'USD' | 'EUR' | 'JPY') => {
    const { category, minPrice, maxPrice } = apiQuery(readFilters(params, currency));
    return [category, minPrice, maxPrice];
  };
  expect(bounds(inYen, 'JPY')).toEqual(['kitchen', '1500', undefined]);
  expect(bounds(inYen, 'EUR')).toEqual(['kitchen', undefined, undefined]);
  expect(bounds(new URLSearchParams('min=15'), 'USD')).toEqual([undefined, '1500', undefined]);
  expect(bounds(new URLSearchParams('min=15'), 'JPY')).toEqual([undefined, undefined, undefined]);
  expect(priceFilters({ min: '', max: ' ' }, 'EUR')).toEqual({ min: '', max: '', currency: '' });
  expect([plainPrice('15.50', 'JPY'), priceFault('15.50', 'JPY')]).toEqual([undefined, 'Please enter a price, like 1,299.']);
});
