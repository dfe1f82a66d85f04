/** The code of CloudFront's functions as infra/edge.yaml deploys it. That it is the code of infra/edge/*.js is held by generated-pages.test.ts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPage, pagePaths } from '../../web/app/page-paths.ts';
import {
  type EdgeRequest,
  type EdgeResponse,
  edgeFunction,
  edgeFunctions,
  edgeRequest,
  unsupportedSyntax,
} from './support/edge-function.ts';

test.each(edgeFunctions.map(({ id, code, runtime }) => [id, code, runtime]))(
  '%s needs nothing that cloudfront-js-2.0 does not have, and fits into its 10 KB',
  (_, code, runtime) => {
    expect(runtime).toBe('cloudfront-js-2.0');
    expect(unsupportedSyntax(code)).toEqual([]);
    expect(Buffer.byteLength(code)).toBeLessThan(10_240);
  },
);

test('what cloudfront-js-2.0 does not have is found', () => {
  const code =
    'class A {} const { a } = b?.c ?? d; for (const x of [...y]) { z({ x }); } require("fs"); /(?<n>a)/u; const f = (g = 1) => g;';
  expect(unsupportedSyntax(code)).toHaveLength(10);
});

describe('a path of the site', () => {
  const pages = edgeFunction<EdgeRequest>('Pages');
  const uriOf = (path: string, headers = {}) => pages({ request: edgeRequest(path, headers) }).uri;

  test.each(pagePaths)('that is the page %s is its HTML', (path) => {
    for (const spelling of [path, `${path}/`, `${path}///`, path.toUpperCase()])
      expect(uriOf(spelling.replaceAll(/:\w+/gi, 'K-1234'))).toBe('/index.html');
  });

  test.each([
    ['/products/a%2Fb', '/index.html'], // an encoded slash separates no segments: one id
    ['/products/%2e%2e', '/index.html'],
    ['/products/caf%C3%A9', '/index.html'],
    ['//', '/index.html'],
    ['/docs', '/docs/index.html'],
    ['/docs/', '/docs/index.html'],
  ])('%s is the file %s', (path, file) => {
    expect(uriOf(path)).toBe(file);
  });

  test.each([
    '/favicon.svg',
    '/robots.txt',
    '/assets/index-DqX_7-ab.js',
    '/assets/gone-1a2b.css', // whether it is there, S3 says: 404
    '/products/aero-14-laptop.webp',
    '/docs/swagger-ui-bundle.js',
    '/docs/LICENSE',
    '/docs/none.css',
  ])('%s is asked of S3 as it is', (path) => {
    expect(uriOf(path, { range: 'bytes=0-1' })).toBe(path);
  });

  test.each([
    ...['/no/such/page', '/index', '/docs2', '/products/a/b', '/apiary', '/API/products', '/docs/none', '/docs/none/', '/docs/x/LICENSE'],
    ...[
      '/assets/app.js/',
      '/assets',
      '/assets/',
      '/.env',
      '/.git/config',
      '/assets/.hidden.js',
      '/.kelvo/unused.json',
      '/a/.b/c.js',
      '/..',
      '/a.',
    ],
    ...['//evil.example', '/\\evil.example', '/%2f%2fevil.example', '/%5cevil.example', '///evil.example/x.js', '/evil.example//x.js'],
    ...[
      '/api/../secret.txt',
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/..%5csecret.txt',
    ],
    ...[
      '/secret.txt%00.js',
      '/a%00.js',
      '/a b.js',
      '/a+b.js',
      '/ä.js',
      '/a;b.js',
      '/a:b.js',
      '/a@b.js',
      '/<script>.js',
      '/a.js%0d%0aset-cookie:x',
    ],
    ...[
      '/%',
      '/%zz',
      '/%c0%ae%c0%ae/secret.txt',
      '/%252e%252e%252fsecret.txt',
      `/${'a'.repeat(9_000)}`,
      `/${'../'.repeat(1_000)}secret.txt`,
    ],
  ])('%s is the not-found page', (path) => {
    expect(uriOf(path)).toBe('/not-found.html');
  });

  test('is a page exactly where router and local gateway have one', () => {
    const part = fc.oneof(
      fc.constantFrom('', 'products', 'Orders', 'pay', 'admin', 'account', 'docs', 'a.b', '..', '%2F'),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const path = `/${parts.join('/')}`;
        expect(uriOf(path) === '/index.html').toBe(isPage(path));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is decided in time that grows with its length alone', () => {
    for (const path of [
      '/a'.repeat(4_000),
      `/${'a.'.repeat(4_000)}`,
      `/${'a-'.repeat(4_000)}!`,
      `${'/a.a'.repeat(2_000)}/`,
      '/'.repeat(8_000),
    ]) {
      const began = performance.now();
      uriOf(path);
      expect(performance.now() - began).toBeLessThan(1_000); // milliseconds; a pattern that backtracks takes years
    }
  });

  test('keeps the query and other headers, and asks for whole pages', () => {
    const headers = { range: 'bytes=0-1', 'if-none-match': '"1"' };
    expect(pages({ request: edgeRequest('/products', headers) })).toEqual({ ...edgeRequest('/index.html', { 'if-none-match': '"1"' }) });
  });
});

describe('an answer of the site', () => {
  const respond = edgeFunction<EdgeResponse>('PageStatus');
  const answer = (statusCode: number, headers: EdgeRequest['headers']) => ({ statusCode, statusDescription: 'OK', headers });
  const marked = { 'x-amz-meta-status': { value: '404' }, etag: { value: '"1"' } };

  test.each([200, 206])('%i with the mark of the not-found page gets its status, and loses the mark', (status) => {
    expect(respond({ response: answer(status, marked) })).toEqual({
      statusCode: 404,
      statusDescription: 'Not Found',
      headers: { etag: { value: '"1"' } },
    });
  });

  test('304 stays, and so does whatever has no mark', () => {
    expect(respond({ response: answer(304, marked) })).toMatchObject({ statusCode: 304 });
    expect(respond({ response: answer(200, {}) })).toEqual(answer(200, {}));
  });
});

describe('a request of the API', () => {
  const told = (id: string, ip: string, sent: Record<string, string>) => {
    const { headers, ...rest } = edgeFunction<EdgeRequest>(id)({ viewer: { ip }, request: edgeRequest('/api/orders', sent) });
    return { headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])), rest };
  };
  const spoofed = {
    'x-viewer-address': '10.0.0.1',
    'x-viewer-host': 'evil.example',
    'x-viewer-country': 'XX',
    'x-viewer-city': 'Nowhere',
    'x-origin-secret': 'guessed',
  };
  const place = { 'cloudfront-viewer-country': 'FR', 'cloudfront-viewer-city': 'S%C3%A8te' };

  test.each(['203.0.113.7', '2001:db8::1', '::ffff:203.0.113.7'])(
    'tells the address %s, host and place, whatever the client says of them',
    (ip) => {
      const { headers } = told('Viewer', ip, { ...spoofed, ...place, authorization: 'Bearer x' });
      expect(headers).toEqual({
        host: 'shop.example',
        authorization: 'Bearer x',
        ...place,
        'x-viewer-address': ip,
        'x-viewer-host': 'shop.example',
        'x-viewer-country': 'FR',
        'x-viewer-city': 'S%C3%A8te',
      });
    },
  );

  test('whose place nobody knows has none, and no client makes one up', () => {
    const { headers } = told('Viewer', '203.0.113.7', spoofed);
    expect(headers).toEqual({ host: 'shop.example', 'x-viewer-address': '203.0.113.7', 'x-viewer-host': 'shop.example' });
  });

  test('for an answer that all share tells the address, and no place: there CloudFront would pass on a client’s', () => {
    const { headers } = told('ViewerOfSharedReads', '203.0.113.7', { ...spoofed, ...place });
    expect(headers).toEqual({ host: 'shop.example', ...place, 'x-viewer-address': '203.0.113.7', 'x-viewer-host': 'shop.example' });
  });

  test('with a header that was sent twice tells one value of ours', () => {
    const request = edgeRequest('/api/orders');
    request.headers['x-viewer-address'] = { value: '10.0.0.1', multiValue: [{ value: '10.0.0.1' }, { value: '10.0.0.2' }] };
    const { headers } = edgeFunction<EdgeRequest>('Viewer')({ viewer: { ip: '203.0.113.7' }, request });
    expect(headers['x-viewer-address']).toEqual({ value: '203.0.113.7' });
  });

  test('keeps its path, so that its 404 is the API’s', () => {
    expect(told('Viewer', '203.0.113.7', {}).rest).toMatchObject({ uri: '/api/orders', method: 'GET' });
  });
});
