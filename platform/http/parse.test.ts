import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Problem } from '../errors.ts';
import { check, parseBody, parseQuery } from './parse.ts';

function refusal(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It was not refused');
}
const pointersOf = (work: () => unknown) => (refusal(work).extra.errors as { pointer: string }[]).map(({ pointer }) => pointer);
const query = (rawQueryString: string) => parseQuery({ rawQueryString });
const body = (text: string | Buffer, type = 'application/json') =>
  parseBody(
    {
      body: text.toString('base64' as 'utf8'),
      isBase64Encoded: Buffer.isBuffer(text),
      headers: { 'content-type': type },
    },
    false,
  );

describe('a pointer', () => {
  const schema = z.strictObject({ 'a/b': z.optional(z.strictObject({ 'c~d': z.array(z.int()) })), name: z.string() });

  it('names the place of each fault, by RFC 6901', () => {
    expect(pointersOf(() => check(schema, { 'a/b': { 'c~d': [1, 'x', 2.5] }, name: 5, 'x/~': 1 }, ''))).toEqual([
      '/a~1b/c~0d/1',
      '/a~1b/c~0d/2',
      '/name',
      '/x~1~0',
    ]);
    expect(pointersOf(() => check(schema, {}, '/query'))).toEqual(['/query/name']);
    expect(pointersOf(() => check(schema, null, ''))).toEqual(['']);
  });

  it('to text that cannot be kept finds it in keys and depths that the schema knows not', () => {
    expect(pointersOf(() => check(z.looseObject({}), { a: [{ b: 'x\u0000' }] }, ''))).toEqual(['/a/0/b']);
    expect(pointersOf(() => check(z.looseObject({}), { a: '\ud800' }, ''))).toEqual(['/a']);
    expect(check(z.looseObject({}), { a: '\ud83d\udca9' }, '')).toEqual({ a: '\ud83d\udca9' });
  });

  it('leads to the fault in whatever was sent', () => {
    const anything = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(anything, (value) => {
        const result = schema.safeParse(value);
        if (result.success) return;
        for (const pointer of pointersOf(() => check(schema, value, ''))) {
          const parent = pointer.split('/').slice(1, -1);
          const place = parent.reduce<unknown>(
            (at, part) => (at as Record<string, unknown>)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
            value,
          );
          expect(pointer === '' || (typeof place === 'object' && place !== null)).toBe(true);
        }
      }),
    );
  });

  it('names twenty faults of however many', () => {
    const keys = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, 1]));
    expect(pointersOf(() => check(schema, { ...keys, name: 'x' }, ''))).toHaveLength(20);
    expect(
      pointersOf(() =>
        check(
          z.array(z.int()),
          Array.from({ length: 1_000 }, () => 'x'),
          '',
        ),
      ),
    ).toHaveLength(20);
  });

  it('is never longer than it helps', () => {
    const { message, extra } = refusal(() => check(schema, { name: 'x', ['k'.repeat(100_000)]: 1 }, ''));
    expect(JSON.stringify({ message, extra }).length).toBeLessThan(1_000);
  });
});

describe('a query', () => {
  it('is read as forms are: plus is a space, percent-encoding is UTF-8, empty counts as absent', () => {
    expect({ ...query('q=a+b%20c&sort=&x=%C3%A9&y') }).toEqual({ q: 'a b c', x: 'é' });
    expect({ ...query('') }).toEqual({});
  });

  it('with a key twice, empty or not, is refused', () => {
    for (const text of ['a=1&a=2', 'a=&a=1', 'a=1&%61=', '__proto__=1&__proto__=2'])
      expect(refusal(() => query(text)).code).toBe('invalid-request');
  });

  it('has no keys that it was not given', () => {
    const keys = query('a=1');
    for (const key of ['__proto__', 'constructor', 'toString']) expect(key in keys).toBe(false);
    expect(Object.keys(query('__proto__=1&constructor=2'))).toEqual(['__proto__', 'constructor']);
  });

  it('that is no UTF-8 is refused, and any other is read or refused', () => {
    for (const text of ['a=%', 'a=%ff', 'a=%ED%A0%80', '%E0%A4%A']) expect(refusal(() => query(text)).code).toBe('malformed-query');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a=&%+0f2Cé\u0000') }), (text) => {
        try {
          query(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
        }
      }),
    );
  });
});

describe('a body', () => {
  it('is JSON in UTF-8 under a type that says so', () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'APPLICATION/JSON',
      'application/merge-patch+json',
      'application/json ;x',
    ]) {
      expect(body(Buffer.from('{"é":1}'), type)).toEqual({ é: 1 });
    }
    for (const type of ['', 'text/json', 'application/jsonp', 'application/x-json', 'application/json,text/html', 'xapplication/json']) {
      expect([type, refusal(() => body(Buffer.from('{}'), type)).code]).toEqual([type, 'unsupported-media-type']);
    }
  });

  it('is refused when it is encoded, and an encoding of no body or by identity is none', () => {
    const sent = (encoding: string, text = '{}') =>
      parseBody(
        { body: text, isBase64Encoded: false, headers: { 'content-type': 'application/json', 'content-encoding': encoding } },
        true,
      );
    for (const encoding of ['', 'identity', ' IDENTITY ']) expect(sent(encoding)).toEqual({});
    expect(sent('gzip', '')).toEqual({});
    for (const encoding of ['gzip', 'br', 'x-gzip', 'identity, gzip', 'gzip,identity', 'identityx', '*']) {
      const problem = refusal(() => sent(encoding));
      expect([encoding, problem.code, problem.headers]).toEqual([encoding, 'unsupported-media-type', { 'accept-encoding': 'identity' }]);
    }
  });

  it('is told apart from bytes that are not UTF-8, and from text that is no JSON', () => {
    expect(refusal(() => body(Buffer.from([0x22, 0xff, 0x22]))).message).toContain('UTF-8');
    expect(refusal(() => body(Buffer.from('{'))).message).toContain('JSON');
  });

  it('has 256 KiB at most, counted in bytes', () => {
    const text = (bytes: number) => Buffer.from(`"${'é'.repeat((bytes - 2) / 2)}"`);
    expect(body(text(256 * 1024))).toHaveLength(128 * 1024 - 1);
    expect(refusal(() => body(text(256 * 1024 + 2))).kind).toBe('too-large');
  });
});
