import { beforeEach, describe, expect, test } from 'vitest';
import { read, write } from '../../lib/storage.ts';
import { forgetAccountSearches, forgetSearches, recentSearches, rememberSearch, searchesPlace } from './recent-searches.ts';

beforeEach(() => write(searchesPlace, null));
const recent = (owner?: string) => recentSearches(read(searchesPlace), owner);

describe('searches of a device', () => {
  test('are shown newest first, each once, and no more than five', () => {
    for (const q of ['tea', 'mug', 'kite', 'Tea', 'sofa', 'lamp', 'tent']) rememberSearch(q, undefined);
    expect(recent()).toEqual(['tent', 'lamp', 'sofa', 'Tea', 'kite']);
  });

  test('belong to who made them', () => {
    rememberSearch('tea', undefined);
    rememberSearch('mug', 'ada');
    rememberSearch('tea', 'grace');
    expect([recent(), recent('ada'), recent('grace'), recent('else')]).toEqual([['tea'], ['mug'], ['tea'], []]);
    forgetSearches('ada');
    expect([recent(), recent('ada'), recent('grace')]).toEqual([['tea'], [], ['tea']]);
    forgetAccountSearches();
    expect([recent(), recent('grace')]).toEqual([['tea'], []]);
    forgetSearches(undefined);
    expect(recent()).toEqual([]);
  });

  test('are none where something else is stored', () => {
    for (const stored of ['{"q":"x"}', '[null,1,{}]', 'nonsense', '']) {
      write(searchesPlace, stored);
      expect(recent()).toEqual([]);
    }
    rememberSearch('tea', undefined);
    expect(recent()).toEqual(['tea']);
  });
});
