import { describe, expect, it } from 'vitest';
import { createAdRoute } from './contract.ts';

const takes = (target: string) => createAdRoute.body.safeParse({ title: 'Snow', text: 'Skis.', target }).success;

describe("an ad's target", () => {
  it.each([
    '/',
    '/products',
    '/products/019aa047-0400-78bf-bb3e-4dfc7a6eefe2',
    '/products?category=toys&sort=-price&max=50',
    '/search?q=iron%20skillet+pan',
    '/apiary',
  ])('may be the page %j', (target) => {
    expect(takes(target)).toBe(true);
  });

  it.each([
    '',
    'products',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/%2F/evil.example',
    '/products//evil.example',
    '/products/../../evil',
    '/@evil.example',
    '/evil.example',
    'https://evil.example',
    'https:evil.example',
    'http://localhost/products',
    'javascript:alert(1)',
    'data:text/html,x',
    '/products?next=https://evil.example',
    '/products?next=//evil.example',
    '/products#@evil.example',
    '/products?q=<script>',
    '/api',
    '/api/auth/logout',
    '/api?x=1',
    '/_local/queues',
    '/Products',
    '/products/',
    `/${'a'.repeat(500)}`,
  ])('may not be %j', (target) => {
    expect(takes(target)).toBe(false);
  });

  it('stays on the shop’s own host in whatever way a browser reads it', () => {
    for (const target of ['/', '/products', '/search?q=a%2F%2Fb', '/products?x=%5C%5Cevil.example']) {
      expect(takes(target)).toBe(true);
      const url = new URL(target, 'https://shop.example');
      expect([url.origin, url.pathname + url.search]).toEqual(['https://shop.example', target]);
    }
  });
});
