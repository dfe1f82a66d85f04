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

describe('a typed amount', () => {
  const parse = (text: string, currency: 'USD' | 'EUR' | 'JPY' | 'CHF' = 'USD', locale = 'en-US') =>
    parseMoney(text, currency, locale)?.amount;

  test('becomes minor units, without a float between', () => {
    expect(parseMoney(' 12.5 ', 'USD', 'en-US')).toEqual({ amount: 1250, currency: 'USD' });
    for (const text of [
      '',
      '-1',
      '1.005',
      '0.125',
      'ten',
      '1.',
      '.5',
      '1e3',
      '1,29,9',
      '12,34,567',
      '1,2345',
      '1.299.00',
      '1,299,00',
      '1 29',
      '$',
      '1234567890',
    ])
      expect([text, parse(text)]).toEqual([text, undefined]);
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999 }), (amount) => parse((amount / 100).toFixed(2)) === amount));
  });

  test('may have thousands separators, by whichever habit', () => {
    for (const text of [
      '1299',
      '1,299',
      '1,299.00',
      '1.299,00',
      '1 299',
      '1\u00a0299,00',
      '1\u202f299',
      "1'299.00",
      '1’299',
      '$1,299.00',
      '1299 USD',
      'US$ 1,299',
      '１，２９９',
    ])
      expect([text, parse(text)]).toEqual([text, 129_900]);
    expect([parse('$1,299.50'), parse('1.299.000,5'), parse('19,9')]).toEqual([129_950, 129_900_050, 1990]);
    expect([parse('€ 1.299', 'EUR', 'de-DE'), parse('1,299', 'EUR', 'de-DE'), parse('CHF 1’299.50', 'CHF', 'de-CH')]).toEqual([
      129_900,
      undefined,
      129_950,
    ]);
  });

  test('of a currency without minor units has none', () => {
    expect(['4999', '¥1,299', '1.299', '1,299円', '1.5', '1,299.0'].map((text) => parse(text, 'JPY'))).toEqual([
      4999,
      1299,
      1299,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is read again from what is shown', () => {
    for (const currency of ['USD', 'EUR', 'JPY', 'CHF'] as const)
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 99_999_999 }), (amount) => parse(formatMoney({ amount, currency }), currency) === amount),
      );
  });
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
  expect(withoutSecrets(`/api/recommendations?sessionId=${id}&limit=4`)).toBe('/api/recommendations?sessionId={sessionId}&limit=4');
  expect(withoutSecrets('/orders/1#token=secret')).toBe('/orders/1');
});
