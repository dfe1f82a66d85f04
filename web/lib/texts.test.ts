import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minorDigits } from '#platform/money.ts';
import { formatDays } from './dates.ts';
import { splitMarks } from './marks.ts';
import { formatMoney, minorDigitsOf, parseMoney } from './money.ts';
import { withoutSecrets } from './rum.ts';
import { uuid } from './uuid.ts';

describe('money', () => {
  test('is shown with the digits of its currency', () => {
    expect(formatMoney({ amount: 12_999, currency: 'USD' })).toBe('$129.99');
    expect(formatMoney({ amount: 12_999, currency: 'JPY' })).toBe('¥12,999');
    expect(formatMoney({ amount: 0, currency: 'EUR' })).toBe('€0.00');
  });

  test('has the same digits in the browser as on the server', () => {
    for (const [currency, digits] of Object.entries(minorDigits)) expect(minorDigitsOf(currency as keyof typeof minorDigits)).toBe(digits);
  });
});

test('a typed amount becomes minor units, without a float between', () => {
  expect(parseMoney(' 12.5 ', 'USD')).toEqual({ amount: 1250, currency: 'USD' });
  expect(parseMoney('1,10', 'EUR')).toEqual({ amount: 110, currency: 'EUR' });
  expect(parseMoney('4999', 'JPY')).toEqual({ amount: 4999, currency: 'JPY' });
  for (const text of ['', '-1', '1.005', 'ten', '1.', '1e3', '1.000,00']) expect(parseMoney(text, 'USD')).toBeUndefined();
  expect(parseMoney('1.5', 'JPY')).toBeUndefined();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), (amount) => parseMoney((amount / 100).toFixed(2), 'USD')?.amount === amount),
  );
});

describe('a search highlight', () => {
  test('is split at its marks, and its entities are read as text', () => {
    expect(splitMarks('Fjord <mark>Sofa</mark> &amp; Lamp &lt;b&gt; &#39;x&#x27;')).toEqual([
      { text: 'Fjord ', marked: false },
      { text: 'Sofa', marked: true },
      { text: " & Lamp <b> 'x'", marked: false },
    ]);
    expect(splitMarks('&amp;lt;')).toEqual([{ text: '&lt;', marked: false }]);
  });

  test('never fails, whatever it holds', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(splitMarks(`${text}&#x10ffff0;&#9999999;<mark>`))));
  });
});

test('two dates are one phrase', () => {
  expect(formatDays({ earliest: '2025-11-21', latest: '2025-11-25' })).toBe('Fri, Nov 21 – Tue, Nov 25');
  expect(formatDays({ earliest: '2025-11-21', latest: '2025-11-21' })).toBe('Fri, Nov 21');
});

test('a UUID is made without crypto.randomUUID too', () => {
  const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(uuid()).toMatch(version4);
  expect(uuid({ getRandomValues: (bytes) => crypto.getRandomValues(bytes) })).toMatch(version4);
});

test("monitoring never learns a cart's id or an order's token", () => {
  const id = '7f3a1c52-0000-4000-8000-123456789abc';
  expect(withoutSecrets(`https://shop.example/api/cart/${id}`)).toBe('https://shop.example/api/cart/{sessionId}');
  expect(withoutSecrets(`/api/cart/${id}/item/5?currency=EUR`)).toBe('/api/cart/{sessionId}/item/5?currency=EUR');
  expect(withoutSecrets('/api/cart/update?currency=EUR')).toBe('/api/cart/update?currency=EUR');
  expect(withoutSecrets('/orders/1#token=secret')).toBe('/orders/1');
});
