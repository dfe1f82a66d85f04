import fc from 'fast-check';
import { matchPath } from 'react-router';
import { expect, test } from 'vitest';
import { isPage, pagePaths } from './page-paths.ts';

const segment = fc.oneof(
  fc.constantFrom('', 'products', 'Products', 'orders', 'pay', 'admin', 'sign-in', 'SEARCH', 'account', 'api', 'docs', '%2F'),
  fc.stringMatching(/^[A-Za-z0-9_~-]{1,8}$/),
);

test('a path is a page exactly where the router has one', () => {
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
      const path = `/${segments.join('/')}`;
      expect(isPage(path)).toBe(pagePaths.some((page) => matchPath(page, path) !== null));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  '',
  'products',
  '//evil.example',
  '/\\evil',
  '/products/a/b',
  '/index.html',
  '/assets/app.js',
  '/products/mug.webp',
  '/products/..',
])('%j is no page', (path) => {
  expect(isPage(path)).toBe(false);
});
