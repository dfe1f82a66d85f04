import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { buyerOf, opensOrder, orderToken } from './order-token.ts';

test('a token opens its own order and no other', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (id, other) => {
      expect(opensOrder(orderToken(id), id)).toBe(true);
      if (id !== other) expect(opensOrder(orderToken(id), other)).toBe(false);
    }),
  );
});

test('nothing else opens an order, whatever its length', () => {
  const id = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';
  const token = orderToken(id);
  for (const wrong of [
    undefined,
    '',
    ' ',
    token.slice(1),
    `${token}=`,
    `${token}A`,
    token.toLowerCase(),
    `${token.slice(0, -1)}\u0000`,
    'é'.repeat(43),
    'x'.repeat(10_000),
  ]) {
    expect(opensOrder(wrong, id)).toBe(false);
  }
  expect(token).toMatch(/^[\w-]{43}$/);
});

test('a buyer is the same whatever the letters’ case, and cannot be read back', () => {
  expect(buyerOf('Ada@Example.com')).toBe(buyerOf('ada@example.com'));
  expect(buyerOf('ada@example.com')).not.toBe(buyerOf('bob@example.com'));
  expect(buyerOf('ada@example.com')).toMatch(/^[0-9a-f]{24}$/);
});

test('a token and a buyer are made with the first key, and tokens of every key that is still there open their order', async () => {
  const [old, next, gone] = ['old', 'new', 'one'].map((name) => `the ${name} key that has at least 32 characters`) as [
    string,
    string,
    string,
  ];
  const withKeys = async (keys: string) => {
    vi.stubEnv('ORDER_TOKEN_KEY', keys);
    vi.resetModules();
    return import('./order-token.ts');
  };
  try {
    const [before, during, after, other] = [
      await withKeys(old),
      await withKeys(`${old},${next}`),
      await withKeys(`${next},${old}`),
      await withKeys(gone),
    ];
    const id = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';
    expect(during.orderToken(id)).toBe(before.orderToken(id));
    expect(after.orderToken(id)).not.toBe(before.orderToken(id));
    expect([during, after].map(({ opensOrder }) => opensOrder(before.orderToken(id), id))).toEqual([true, true]);
    expect([during, after].map(({ opensOrder }) => opensOrder(after.orderToken(id), id))).toEqual([true, true]); // functions are updated one by one
    expect([before.opensOrder(after.orderToken(id), id), after.opensOrder(other.orderToken(id), id)]).toEqual([false, false]);
    expect(after.buyerOf('ada@example.com')).not.toBe(before.buyerOf('ada@example.com'));
  } finally {
    vi.unstubAllEnvs();
    vi.resetModules();
  }
});
