import { describe, expect, it } from 'vitest';
import type { Recommendation } from '#functions/recommendations/lib/contract.ts';
import { mix } from './mix.ts';

const list = (...ids: string[]) => ids.map((id) => ({ product: { id }, reason: 'popular' }) as Recommendation);
const mixed = (lists: Recommendation[][], without: string[] = []) => mix(lists, without).map(({ product }) => product.id);

describe('recommendations for several products', () => {
  it('take turns, so that each product has its best ones among the first', () => {
    expect(mixed([list('a', 'b', 'c'), list('d'), list('e', 'f')])).toEqual(['a', 'd', 'e', 'b', 'f', 'c']);
  });

  it('come once each, and never with one of the products themselves', () => {
    expect(mixed([list('a', 'b', 'x'), list('b', 'a', 'c')], ['x'])).toEqual(['a', 'b', 'c']);
  });

  it('are none of none', () => {
    expect(mixed([])).toEqual([]);
    expect(mixed([[], []])).toEqual([]);
  });
});
