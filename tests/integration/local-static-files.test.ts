import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsHeaders, pageHeaders } from '#local/gateway/page-headers.ts';
import { type Gateway, startGateway } from '#local/gateway/server.ts';
import { fixture } from '#local/testing/gateway-fixture.ts';
import { send, sendBytes } from '#tests/support/raw.ts';

const files = fixture();
const script = `console.log(${'1,'.repeat(1_000)}1)`;
let gateway: Gateway;
const get = (path: string, init?: RequestInit) => fetch(gateway.url + path, init);
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const text = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n`;
  return sendBytes(
    gateway.port,
    `${text}${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
};

/** The script's bytes as they were sent: fetch would decompress them. */
async function encoded(accepted: string): Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }> {
  const headers = { 'accept-encoding': accepted };
  const [response] = (await once(request(`${gateway.url}/assets/app-1a2b.js`, { headers }).end(), 'response')) as [IncomingMessage];
  return { headers: response.headers, bytes: await buffer(response) };
}

beforeAll(async () => {
  files.write('dist/web/index.html', '<title>Kelvo</title>');
  files.write('dist/web/assets/app-1a2b.js', script);
  files.write('dist/web/docs/index.html', '<title>API</title>');
  files.write('dist/web/.env', 'secret');
  files.write('dist/web/.git/config', 'secret');
  files.write('dist/secret.txt', 'secret');
  gateway = await startGateway({ functions: files.functions, env: {}, root: files.root });
});
afterAll(async () => {
  await gateway.close();
  files.remove();
});

describe('the web side', () => {
  it.each(['/', '/products/some-slug', '/orders/K-1234-ABCD', '/Checkout/', '/search?q=a%2fb', '/products/a%2Fb'])(
    'answers the page %s with the SPA and 200',
    async (path) => {
      const answer = await get(path);
      expect([answer.status, await answer.text()]).toEqual([200, '<title>Kelvo</title>']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('content-type')).toBe('text/html;charset=utf-8');
    },
  );

  it.each([
    '/no/such/page',
    '/apiary',
    '/no-such.png',
    '/assets/gone-1a2b.js',
    '/assets/app-1a2b.js/',
    '/index',
    '/docs2',
    '/products/a/b',
  ])('answers %s, neither page nor file, with the SPA and 404', async (path) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([404, '<title>Kelvo</title>']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-type')).toBe('text/html;charset=utf-8');
    const head = await get(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([404, '20', '']);
  });

  it('answers under /docs with what is there, or 404', async () => {
    for (const path of ['/docs', '/docs/']) {
      const answer = await get(path);
      expect([answer.status, answer.redirected, await answer.text()]).toEqual([200, false, '<title>API</title>']);
    }
    for (const path of ['/docs/none', '/docs/none/', '/docs/..%2fassets']) expect((await get(path)).status).toBe(404);
  });

  it('has the headers of the edge, whether there is a page or not', async () => {
    const said = async (path: string, names: Record<string, string>) => {
      const { headers } = await get(path);
      return Object.fromEntries(Object.keys(names).map((name) => [name, headers.get(name)]));
    };
    for (const path of ['/', '/no/such/page', '/assets/app-1a2b.js']) expect(await said(path, pageHeaders())).toEqual(pageHeaders());
    for (const path of ['/docs', '/docs/none']) expect(await said(path, docsHeaders)).toEqual(docsHeaders);
  });

  it('takes nothing but GET and HEAD', async () => {
    const answer = await get('/', { method: 'POST', body: 'x' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('shows at once what a build replaces while it runs', async () => {
    files.write('dist/web/favicon.svg', '<svg/>');
    expect(await (await get('/favicon.svg')).text()).toBe('<svg/>');
    files.write('dist/web/favicon.svg', '<svg>a longer one</svg>');
    expect(await (await get('/favicon.svg')).text()).toBe('<svg>a longer one</svg>');
  });
});

describe('an address made to lead elsewhere', () => {
  const hosts = ['//evil.example', '/\\evil.example', '/%2f%2fevil.example', '/%5cevil.example', '///evil.example', '/%2fevil.example'];
  const tails = ['', '/', '/..', '/%2f..', '/%2f..%2f', '/%2e%2e', '/%252e%252e/', '/..%5c', '/.', '/docs/..', '?/..', '/../docs'];
  const others = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/a%00/../secret.txt',
    '/secret.txt%00.js',
    '/docs/%2e%2e/%2e%2e/secret.txt',
    '/docs/..%2f..%2fsecret.txt',
    '/.env',
    '/%2eenv',
    '/.git/config',
    '/assets/../.env',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/secret.txt',
    '/%e0%80%ae/',
    `/${'a'.repeat(9_000)}`,
    `/${'%2e%2e/'.repeat(1_000)}secret.txt`,
    `/${'../'.repeat(1_000)}secret.txt`,
    'http://evil.example/docs',
  ];
  const all = [...hosts.flatMap((host) => tails.map((tail) => host + tail)), ...others];

  it.each(all.map((path) => [path.slice(0, 60), path]))('is refused without a redirect: %s', async (_, path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(path, {}, method);
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
      expect(answer).not.toMatch(/^location:/im);
      expect(answer).not.toContain('secret');
    }
  });

  it('does not keep the gateway from answering the next one', async () => {
    expect((await get('/')).status).toBe(200);
  });
});

describe('a file', () => {
  it.each([
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0,gzip;q=0.5', 'gzip'],
    ['gzip;q=0, br; q=0', null],
    ['*;q=0', null],
    ['zebra, abr', null],
    ['identity', null],
    ['', null],
  ])('is encoded as "accept-encoding: %s" allows: %s', async (accepted, encoding) => {
    const response = await encoded(accepted);
    expect([response.headers['content-encoding'] ?? null, response.headers.vary]).toEqual([encoding, 'Accept-Encoding']);
    const decode = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes }[encoding ?? 'none'];
    expect(String(decode?.(response.bytes))).toBe(script);
  });

  it('has a weak ETag, for it stands for every encoding, and is a 304 to whoever has it', async () => {
    const answer = await get('/assets/app-1a2b.js');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = answer.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"/);
    for (const accepted of ['br', 'gzip', 'identity']) {
      const again = await send(gateway.url, {
        method: 'GET',
        path: '/assets/app-1a2b.js',
        headers: { 'if-none-match': etag, 'accept-encoding': accepted },
      });
      expect([again.status, again.text, again.headers.get('vary')]).toEqual([304, '', 'Accept-Encoding']);
    }
    const other = await get('/assets/app-1a2b.js', { headers: { 'if-none-match': 'W/"1-1"' } });
    expect([other.status, await other.text()]).toEqual([200, script]);
  });

  it('answers HEAD as GET, without a body', async () => {
    const head = await get('/assets/app-1a2b.js', { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    const whole = await get('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'identity' } });
    const said = ({ headers }: Response) => ['content-type', 'content-length', 'etag', 'cache-control'].map((name) => headers.get(name));
    expect([head.status, await head.text(), said(head)]).toEqual([200, '', said(whole)]);
  });

  it.each(['bytes=0-0', 'bytes=-5', 'bytes=5-2', 'bytes=0-1,5-6', 'bytes=99999-', 'items=0-5', 'bytes=a-b', 'bytes='])(
    'is sent whole to whoever asks for "range: %s"',
    async (range) => {
      const answer = await get('/assets/app-1a2b.js', { headers: { range } });
      expect([answer.status, await answer.text()]).toEqual([200, script]);
    },
  );
});
