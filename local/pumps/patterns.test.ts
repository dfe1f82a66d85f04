import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './patterns.ts';

const event = {
  source: 'kelvo',
  'detail-type': 'order.paid.v1',
  detail: {
    type: 'order.paid.v1',
    data: {
      total: { amount: 12_999, currency: 'USD' },
      items: [
        { id: 'a', quantity: 1 },
        { id: 'b', quantity: 2 },
      ],
      tags: ['new', 'sale', 7],
      none: null,
      no: false,
      empty: [],
      bare: {},
    },
  },
};
const data = (pattern: object) => compilePattern({ detail: { data: pattern } }, 'EventPattern')(event);

describe('an event pattern', () => {
  it.each([
    // exact
    [{ source: ['kelvo'] }, true],
    [{ source: ['other', 'kelvo'] }, true],
    [{ source: ['Kelvo'] }, false],
    [{ source: ['kelvo'], 'detail-type': ['order.paid.v1', 'order.created.v1'] }, true],
    [{ source: ['kelvo'], 'detail-type': ['order.created.v1'] }, false],
    [{ nothing: ['kelvo'] }, false],
    [{ source: { inner: ['kelvo'] } }, false],
    [{ detail: ['kelvo'] }, false],
    // prefix and suffix
    [{ 'detail-type': [{ prefix: 'order.' }] }, true],
    [{ 'detail-type': [{ prefix: 'payment.' }] }, false],
    [{ 'detail-type': [{ suffix: '.v1' }] }, true],
    [{ 'detail-type': [{ suffix: '.v2' }] }, false],
    // anything-but
    [{ 'detail-type': [{ 'anything-but': 'order.created.v1' }] }, true],
    [{ 'detail-type': [{ 'anything-but': ['order.created.v1', 'order.paid.v1'] }] }, false],
    [{ 'detail-type': [{ 'anything-but': { prefix: 'payment.' } }] }, true],
    [{ 'detail-type': [{ 'anything-but': { prefix: ['payment.', 'order.'] } }] }, false],
    [{ 'detail-type': [{ 'anything-but': { suffix: ['.v2', '.v3'] } }] }, true],
    [{ 'detail-type': [{ 'anything-but': { suffix: '.v1' } }] }, false],
    [{ missing: [{ 'anything-but': 'x' }] }, false],
    // one of several
    [{ 'detail-type': [{ prefix: 'payment.' }, { suffix: 'paid.v1' }] }, true],
    [{ 'detail-type': [{ exists: false }, 'order.paid.v1'] }, true],
    // exists
    [{ source: [{ exists: true }] }, true],
    [{ missing: [{ exists: true }] }, false],
    [{ missing: [{ exists: false }] }, true],
    [{ source: [{ exists: false }] }, false],
    [{ missing: { deeper: [{ exists: false }] } }, true],
    [{ missing: { deeper: [{ exists: false }], other: ['x'] } }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(compilePattern(pattern, 'EventPattern')(event)).toBe(expected);
  });

  it.each([
    [{ total: { amount: [12_999] } }, true],
    [{ total: { amount: ['12999'] } }, false],
    [{ total: { currency: ['USD'], amount: [{ numeric: ['>', 10_000] }] } }, true],
    [{ total: { currency: ['EUR'], amount: [{ numeric: ['>', 10_000] }] } }, false],
    [{ total: { amount: [{ numeric: ['>', 0, '<=', 12_999] }] } }, true],
    [{ total: { amount: [{ numeric: ['>=', 12_999, '<', 12_999] }] } }, false],
    [{ total: { amount: [{ numeric: ['=', 12_999] }] } }, true],
    [{ total: { currency: [{ numeric: ['>', 0] }] } }, false],
    [{ total: { amount: [{ 'anything-but': [1, 2] }] } }, true],
    [{ total: { amount: [{ 'anything-but': 12_999 }] } }, false],
    [{ total: { amount: [{ 'anything-but': { prefix: '1' } }] } }, true],
    [{ total: { amount: [{ prefix: '1' }] } }, false],
    // null and false are values
    [{ none: [null] }, true],
    [{ none: [{ exists: true }] }, true],
    [{ no: [false] }, true],
    [{ no: [null] }, false],
    // an array matches by any of its values
    [{ tags: ['sale'] }, true],
    [{ tags: [7] }, true],
    [{ tags: ['old'] }, false],
    [{ tags: [{ prefix: 'sa' }] }, true],
    [{ tags: [{ 'anything-but': ['new', 'sale'] }] }, true],
    [{ tags: [{ 'anything-but': ['new', 'sale', 7] }] }, false],
    // fields of one object of an array
    [{ items: { id: ['a'], quantity: [1] } }, true],
    [{ items: { id: ['a'], quantity: [2] } }, false],
    [{ items: { id: ['b'], quantity: [{ numeric: ['>', 1] }] } }, true],
    [{ items: { colour: [{ exists: false }] } }, true],
    [{ items: { id: [{ exists: false }] } }, false],
    // only leaves exist
    [{ total: [{ exists: true }] }, false],
    [{ empty: [{ exists: true }] }, false],
    [{ empty: [{ exists: false }] }, true],
    [{ bare: [{ exists: false }] }, true],
  ])('of the data, %j: %s', (pattern, expected) => {
    expect(data(pattern)).toBe(expected);
  });

  it.each([
    [{ $or: [{ source: ['a'] }, { source: ['b'] }] }, 'P.$or: this operator is not known here'],
    [{ detail: { $or: [{ a: [1] }] } }, 'P.detail.$or: this operator is not known here'],
    [{ source: [{ wildcard: 'kel*' }] }, 'P.source[0]: wildcard is not known here'],
    [{ source: [{ 'equals-ignore-case': 'KELVO' }] }, 'P.source[0]: equals-ignore-case is not known here'],
    [{ source: [{ cidr: '10.0.0.0/8' }] }, 'cidr is not known here'],
    [{ source: [{ prefix: { 'equals-ignore-case': 'k' } }] }, 'P.source[0] takes a text'],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'prefix and suffix is not known here'],
    [{ source: [{ 'anything-but': { wildcard: 'a*' } }] }, 'anything-but wildcard is not known here'],
    [{ source: [{ 'anything-but': [] }] }, 'anything-but takes texts and numbers'],
    [{ source: [{ 'anything-but': { prefix: ['a', ''] } }] }, 'anything-but an empty prefix'],
    [{ source: [{ 'anything-but': [true] }] }, 'anything-but takes texts and numbers'],
    [{ source: [{ exists: 'yes' }] }, 'exists takes true or false'],
    [{ source: [{ numeric: ['>'] }] }, 'numeric takes pairs'],
    [{ source: [{ numeric: ['>', '5'] }] }, 'numeric compares with numbers'],
    [{ source: [{ numeric: ['!=', 5] }] }, 'numeric does not know !='],
    [{ source: [['a']] }, 'P.source[0] is neither a value nor an operator'],
    [{ source: [{}] }, 'P.source[0]: {} is not known here'],
    [{ source: [] }, 'P.source names no value'],
    [{ source: 'kelvo' }, 'P.source must be an object with fields'],
    [{ detail: {} }, 'P.detail must be an object with fields'],
    [{}, 'P must be an object with fields'],
  ])('%j is refused when it is compiled', (pattern, message) => {
    expect(() => compilePattern(pattern, 'P')).toThrow(message);
  });

  it('matches as EventBridge defines it: each leaf of the event, under the path that the pattern names, is one of the alternatives', () => {
    const leaf = fc.oneof(fc.constantFrom('', 'a', 'ab', 'b', '1'), fc.constantFrom(0, 1, 2), fc.boolean(), fc.constant(null));
    const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }));
    const key = fc.constantFrom('x', 'y', 'z');
    const events = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)));
    const text = fc.constantFrom('', 'a', 'b', 'ab');
    const alternative = fc.oneof(
      leaf,
      fc.record({ prefix: text }),
      fc.record({ suffix: text }),
      fc.record({ exists: fc.boolean() }),
      fc.record({ numeric: fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), fc.constantFrom(0, 1)) }),
      fc.record({ 'anything-but': fc.array(fc.oneof(text, fc.constantFrom(0, 1)), { minLength: 1, maxLength: 2 }) }),
      fc.record({ 'anything-but': fc.record({ prefix: fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 2 }) }) }),
    );
    const alternatives = fc.array(alternative, { minLength: 1, maxLength: 3 });
    const patterns = fc.dictionary(key, fc.oneof(alternatives, fc.dictionary(key, alternatives, { minKeys: 1 })), { minKeys: 1 });
    fc.assert(
      fc.property(patterns, events, (pattern, given) => {
        expect(compilePattern(pattern, 'P')(given)).toBe(slowly(pattern, given));
      }),
      { numRuns: 1_000 },
    );
  });
});

type Alternative = string | number | boolean | null | Record<string, unknown>;

/** The reference: both sides as flat lists of path and value. */
function slowly(pattern: object, given: object): boolean {
  const leaves = flat(given, true);
  return flat(pattern, false).every(({ path, value: alternatives }) => {
    const values = leaves.filter((leaf) => leaf.path === path).map(({ value }) => value);
    return (alternatives as Alternative[]).some((alternative) => {
      if (typeof alternative !== 'object' || alternative === null) return values.includes(alternative);
      const [[operator, operand]] = Object.entries(alternative) as [[string, never]];
      if (operator === 'exists') return values.length > 0 === operand;
      if (operator === 'prefix') return values.some((value) => typeof value === 'string' && value.startsWith(operand));
      if (operator === 'suffix') return values.some((value) => typeof value === 'string' && value.endsWith(operand));
      if (operator === 'numeric') return values.some((value) => typeof value === 'number' && compare(value, operand));
      const { prefix } = operand as { prefix?: string[] };
      if (prefix) return values.some((value) => !(typeof value === 'string' && prefix.some((each) => value.startsWith(each))));
      return values.some((value) => !(operand as unknown[]).includes(value));
    });
  });
}

const compare = (value: number, [sign, limit]: [string, number]) =>
  [sign.includes('<') && value < limit, sign.includes('>') && value > limit, sign.includes('=') && value === limit].includes(true);

function flat(tree: unknown, arraysToo: boolean, path = ''): { path: string; value: unknown }[] {
  if (Array.isArray(tree)) return arraysToo ? tree.map((value) => ({ path, value })) : [{ path, value: tree }];
  if (typeof tree !== 'object' || tree === null) return [{ path, value: tree }];
  return Object.entries(tree).flatMap(([name, inner]) => flat(inner, arraysToo, `${path}/${name}`));
}
