import { describe, expect, test } from 'vitest';
import { readTsquery } from './tsquery.ts';

const word = (word: string, begins = false) => ({ word, begins });

describe('a tsquery', () => {
  test('is read as PostgreSQL reads it: not before and, and before or', () => {
    expect(readTsquery(`'a' & 'b' | 'c' & !'d'`)).toEqual({
      any: [{ all: [word('a'), word('b')] }, { all: [word('c'), { not: word('d') }] }],
    });
    expect(readTsquery(`( 'a' | 'b' ) & ('c')`)).toEqual({ all: [{ any: [word('a'), word('b')] }, word('c')] });
  });

  test('may hold quotes, backslashes and what else a word may be', () => {
    expect(readTsquery(`'it''s' & 'a\\\\b' & 'category 0198' & '&|!()'`)).toEqual({
      all: [word("it's"), word('a\\b'), word('category 0198'), word('&|!()')],
    });
  });

  test('may ask for beginnings, with or without weights, and for words behind each other, which are then both', () => {
    expect(readTsquery(`'head':* & 'set':A & 'b':*AB`)).toEqual({ all: [word('head', true), word('set'), word('b', true)] });
    expect(readTsquery(`'wh' <-> '1000' <2> 'xm'`)).toEqual({ all: [word('wh'), word('1000'), word('xm')] });
  });

  test('of stop words alone asks for nothing', () => {
    expect(readTsquery('')).toBeUndefined();
    expect(readTsquery('  ')).toBeUndefined();
  });

  test('that is none is refused', () => {
    for (const text of [`'a' &`, `'a' 'b'`, `( 'a'`, `'a' )`, 'a', `'a`, '!']) expect(() => readTsquery(text), text).toThrow(SyntaxError);
  });
});
