import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Country, digits, Email, PostalCode, Uuid, words } from './schemas.ts';

const takes = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) => schema.safeParse(value).success;

describe('a country', () => {
  it('is one that has an ISO 3166-1 code', () => {
    for (const code of ['US', 'DE', 'JP', 'GB', 'TW', 'AQ', 'BQ', 'SS', 'VA', 'CW'])
      expect([code, takes(Country, code)]).toEqual([code, true]);
  });

  it('is no region, user-assigned or withdrawn code, which Unicode has names for too', () => {
    for (const code of [
      'ZZ',
      'EU',
      'UN',
      'EZ',
      'XA',
      'XB',
      'XK',
      'QO',
      'AC',
      'CP',
      'DG',
      'EA',
      'IC',
      'TA',
      'SU',
      'DD',
      'YU',
      'AN',
      'UK',
      'AA',
      'us',
      'USA',
      '',
      'U1',
      'ÄÖ',
    ]) {
      expect([code, takes(Country, code)]).toEqual([code, false]);
    }
  });

  it('is one of 249', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    expect(letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => takes(Country, code))).toHaveLength(249);
  });
});

describe('an id', () => {
  it('is a UUID in either case, and small from here on', () => {
    fc.assert(fc.property(fc.uuid(), (id) => void expect(Uuid.parse(id.toUpperCase())).toBe(id)));
  });

  it('is nothing else', () => {
    for (const id of [
      '',
      'x',
      '00000000-0000-0000-0000-000000000000',
      '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071\n',
      '{0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071}',
      5,
      null,
    ]) {
      expect([id, takes(Uuid, id)]).toEqual([id, false]);
    }
  });
});

describe('an e-mail address', () => {
  it('is what people have', () => {
    for (const email of ['ada@example.com', 'a.b+c@sub.example.co.uk', "o'brien@example.ie", 'x@xn--bcher-kva.example', '1@a.io']) {
      expect([email, takes(Email, email)]).toEqual([email, true]);
    }
  });

  it('is nothing that could end a header or name two', () => {
    for (const email of [
      '',
      'a',
      'a@b',
      '@b.c',
      'a@b.',
      'a@.b',
      'a b@c.d',
      'a@b.c\n',
      'a@b.c\r\nBcc: x@y.z',
      'a@b.c,d@e.f',
      '<a@b.c>',
      'a@b@c.d',
      'a@b.c;d',
      'a\u0000@b.cd',
      `${'a'.repeat(250)}@b.cd`,
    ]) {
      expect([email, takes(Email, email)]).toEqual([email, false]);
    }
  });

  it('is read in a moment, however it was made up', () => {
    for (const text of ['a.'.repeat(100_000), `a@${'a.'.repeat(100_000)}`, `a@${'a-'.repeat(100_000)}`, `${'a'.repeat(200_000)}@`]) {
      const began = performance.now();
      expect(takes(Email, text)).toBe(false);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});

describe('numbers and words', () => {
  it('a number is plain digits in its bounds', () => {
    for (const text of ['1', '5', '100']) expect(digits(1, 100).parse(text)).toBe(Number(text));
    for (const text of ['0', '101', '01', '+1', '-1', '1.0', '1e2', ' 1', '1 ', '0x1', '１', '', '9'.repeat(30)]) {
      expect([text, takes(digits(1, 100), text)]).toEqual([text, false]);
    }
  });

  it('words are more than white space, and come without it around them', () => {
    expect(words(10).parse('  Ada  ')).toBe('Ada');
    for (const text of ['', ' ', '\t\n', '\u00a0', 'x'.repeat(11)]) expect([text, takes(words(10), text)]).toEqual([text, false]);
  });

  it('a postal code is letters, digits, spaces and hyphens', () => {
    for (const code of ['62704', 'SW1A 1AA', '150-0001', 'K1A 0B1']) expect(takes(PostalCode, code)).toBe(true);
    for (const code of ['', '1', '-12', '1'.repeat(13), '12\n34', "1'; --"]) expect([code, takes(PostalCode, code)]).toEqual([code, false]);
  });
});
