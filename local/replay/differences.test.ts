import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';

describe('what came differs from what had to come', () => {
  it('nowhere, when all that is expected is there, whatever else there is', () => {
    expect(differences({ id: 'a', more: 1, items: [{ n: 1, other: true }] }, { id: 'a', items: [{ n: 1 }] }, 'body')).toEqual([]);
  });

  it('where a value is another, by its place', () => {
    expect(differences({ items: [{ n: 1 }, { n: 2 }] }, { items: [{ n: 1 }, { n: 3 }] }, 'body')).toEqual([
      'body.items.1.n is 2, expected 3',
    ]);
    expect(differences({ n: '1' }, { n: 1 }, 'body')).toEqual(['body.n is "1", expected 1']);
    expect(differences(undefined, { n: 1 }, 'body')).toEqual(['body is not there, expected {"n":1}']);
    expect(differences(null, {}, 'body')).toHaveLength(1);
    expect(differences({ n: null }, { n: null }, 'body')).toEqual([]);
  });

  it('where a list is longer or shorter, unless only some of it is asked for', () => {
    expect(differences([1, 2], [1], 'list')).toEqual(['list has 2 items, expected 1: [1,2]']);
    expect(differences([1, 2], { length: 2, 0: 1 }, 'list')).toEqual([]);
    expect(differences([1, 2], { length: 3 }, 'list')).toEqual(['list.length is 2, expected 3']);
  });

  it.each([
    ['<uuid>', '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071', 'K-7Q2M-4XRD'],
    ['<iso>', '2026-11-20T10:00:00.000Z', '2026-11-20'],
    ['<date>', '2026-11-20', '2026-11-20T10:00:00.000Z'],
    ['<string>', 'a', ''],
    ['<number>', 1, '1'],
    ['<boolean>', false, 0],
    ['<any>', null, undefined],
    ['<absent>', undefined, null],
    ['<matches ^K-[0-9A-Z]{4}$>', 'K-7Q2M', 'X-7Q2M'],
    ['<b>', '<b>', 'b'],
  ])('%s stands for %j and not for %j', (expected, fits, other) => {
    expect(differences(fits, expected, 'it')).toEqual([]);
    expect(differences(other, expected, 'it')).toHaveLength(1);
  });
});
