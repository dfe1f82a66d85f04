import { expect, test } from 'vitest';
import { nextPage, signInPath } from './next-page.ts';

test('signing in leads back to the page that asked for it', () => {
  const query = new URL(signInPath('/orders/1?from=mail#history'), 'https://shop.example').searchParams;
  expect(nextPage(query.get('next'))).toBe('/orders/1?from=mail#history');
});

test.each([
  null,
  '',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/x/..//evil.example',
  'javascript:alert(1)',
  'orders',
])('signing in never leads to another site: %j', (next) => expect(nextPage(next)).toBe('/'));
