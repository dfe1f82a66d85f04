import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, type SortType } from './cursor.ts';

const id = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';
const query = { category: 'kitchen', currency: 'USD' };
const pack = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const instant = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const valuesOf: Record<SortType, fc.Arbitrary<string | number>> = {
  text,
  timestamptz: instant,
  integer: fc.integer(),
  bigint: fc.maxSafeInteger(),
  float8: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), // JSON has no -0
};

describe('a cursor', () => {
  it('gives back the place that it was made of', () => {
    const typed = fc
      .constantFrom(...(Object.keys(valuesOf) as SortType[]))
      .chain((type) => valuesOf[type].map((value) => ({ type, value })));
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 3 }), fc.uuid(), fc.string(), (values, last, sort) => {
        const place = { values: values.map(({ value }) => value), id: last };
        const types = values.map(({ type }) => type);
        expect(decodeCursor(encodeCursor(sort, place, query), sort, query, types)).toEqual(place);
      }),
    );
  });

  it('serves one sort and filter, whatever order the filter’s members are in', () => {
    const cursor = encodeCursor('price', { values: [5], id }, query);
    expect(decodeCursor(cursor, 'price', { currency: 'USD', category: 'kitchen' }, ['bigint']).id).toBe(id);
    for (const [sort, other] of [
      ['-price', query],
      ['price', {}],
      ['price', { ...query, minPrice: 1 }],
      ['price', { ...query, currency: 'EUR' }],
    ] as const) {
      expect(() => decodeCursor(cursor, sort, other, ['bigint'])).toThrow('does not belong to this query');
    }
  });

  it('with a value that its type cannot hold is refused', () => {
    const [, , , filters] = JSON.parse(Buffer.from(encodeCursor('s', { values: [], id }, query), 'base64url').toString());
    const wrong: Record<SortType, unknown[]> = {
      text: [5, null, 'a\0b', '\ud800', ['a']],
      timestamptz: [
        '',
        'now',
        '2026-02-30T00:00:00.000Z',
        '2026-01-01',
        '0000-01-01T00:00:00.000Z',
        '+010000-01-01T00:00:00.000Z',
        '-000001-01-01T00:00:00.000Z',
        5,
        null,
      ],
      integer: [0.5, 2 ** 31, -(2 ** 31) - 1, '5', null],
      bigint: [0.5, 2 ** 53, -(2 ** 53), 1e300, '5', null],
      float8: ['5', null, true],
    };
    for (const [type, values] of Object.entries(wrong)) {
      for (const value of values)
        expect(() => decodeCursor(pack(['s', [value], id, filters]), 's', query, [type as SortType]), `${type} ${value}`).toThrow('cursor');
    }
  });

  it('of any other text is refused the same way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue().map(pack)), (cursor) => {
        expect(() => decodeCursor(cursor, 's', query, ['text'])).toThrow('This cursor does not belong to this query.');
      }),
    );
  });
});
