import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/server.ts';
import { fixture } from '#local/testing/gateway-fixture.ts';
import { send, sendBytes } from '#tests/support/raw.ts';

const files = fixture();
let gateway: Gateway;
const get = (path: string, init?: RequestInit) => fetch(gateway.url + path, init);

const raw = (text: string) => sendBytes(gateway.port, text);

beforeAll(async () => {
  files.add(
    'Echo',
    'async (event, context) => ({ statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ event, context: { ...context, left: context.getRemainingTimeInMillis() }, env: process.env.GREETING }) })',
  );
  files.add('Item', 'async (event) => event.pathParameters', { routes: [{ method: 'GET', path: '/api/items/{id}' }] });
  files.add('Throws', 'async () => { throw new Error("a secret reason"); }');
  files.add('Syntax', '(((');
  files.add('Slow', 'async () => new Promise(() => {})', { timeoutSeconds: 30 });
  files.add('Short', 'async () => new Promise(() => {})', { timeoutSeconds: 0.05 });
  files.add(
    'Cookies',
    'async () => ({ statusCode: 201, cookies: ["a=1; Path=/", "b=2"], headers: { "X-Number": 5, "Content-Length": 1, "Connection": "close" }, body: "made" })',
  );
  files.add(
    'Binary',
    'async () => ({ statusCode: 200, headers: { "content-type": "image/png" }, isBase64Encoded: true, body: "iVBORw==" })',
  );
  files.add('Text', 'async () => "plain words"');
  files.add('Nothing', 'async () => undefined');
  files.add('NoContent', 'async () => ({ statusCode: 204 })');
  files.add('Broken', 'async () => ({ statusCode: 200, body: { not: "a string" } })');
  files.add('Splits', 'async () => ({ statusCode: 200, headers: { "x-bad": "a\\r\\nx: b" } })');
  files.add('Fallback', 'async (event) => ({ statusCode: 404, body: event.routeKey + " " + event.rawPath })', {
    routes: [{ method: 'ANY', path: '$default' }],
  });
  gateway = await startGateway({ functions: files.functions, env: { GREETING: 'hello' }, root: files.root, integrationMs: 300 });
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(async () => {
  await gateway.close();
  files.remove();
});

describe('the API side', () => {
  it('hands the request on as an event, with a Lambda context and the environment', async () => {
    const answer = await get('/api/echo?a=1&a=2', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"ä":1}' });
    const { event, context, env } = (await answer.json()) as {
      event: Record<string, unknown>;
      context: Record<string, unknown>;
      env: string;
    };
    expect(event).toMatchObject({ version: '2.0', body: '{"ä":1}', isBase64Encoded: false, queryStringParameters: { a: '1,2' } });
    expect(context).toMatchObject({ functionName: 'rumshop-test-echo-local', functionVersion: '$LATEST', memoryLimitInMB: '256' });
    expect(context.left).toBeGreaterThan(9_000);
    expect(env).toBe('hello');
    expect(answer.headers.get('apigw-requestid')).toMatch(/=$/);
  });

  it.each([
    ['/api/items/a%20b', 200, '{"id":"a b"}', 'application/json'],
    ['/api/text', 200, 'plain words', 'application/json'],
    ['/api/nothing', 200, 'null', 'application/json'],
    ['/api/cookies', 201, 'made', 'text/plain;charset=UTF-8'],
    ['/api/nosuch', 404, '$default /api/nosuch', 'text/plain;charset=UTF-8'],
    ['/api', 404, '$default /api', 'text/plain;charset=UTF-8'],
    ['/api/throws', 500, '{"message":"Internal Server Error"}', 'application/json'],
    ['/api/syntax', 500, '{"message":"Internal Server Error"}', 'application/json'],
    ['/api/broken', 500, '{"message":"Internal Server Error"}', 'application/json'],
    ['/api/splits', 500, '{"message":"Internal Server Error"}', 'application/json'],
    ['/api/slow', 503, '{"message":"Service Unavailable"}', 'application/json'],
    ['/api/short', 500, '{"message":"Internal Server Error"}', 'application/json'],
    ['/api/items/%zz', 400, '{"message":"Bad Request"}', 'application/json'],
  ])('answers GET %s with %d %s', async (path, status, body, type) => {
    const answer = await get(path);
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([status, body, type]);
  });

  it('says in the terminal what went wrong, and nowhere else', async () => {
    const terminal = vi.mocked(console.error);
    terminal.mockClear();
    await get('/api/broken');
    await get('/api/throws');
    expect(terminal.mock.calls[0]?.[0]).toContain('Broken (ANY /api/broken) gave no answer that API Gateway takes: its body is no string');
    expect(terminal.mock.calls[1]).toEqual(['Throws (ANY /api/throws) failed:', new Error('a secret reason')]);
  });

  it('sends cookies one by one, frames the answer itself, and decodes base64', async () => {
    const cookies = await get('/api/cookies');
    expect(cookies.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(cookies.headers.get('x-number')).toBe('5');
    expect(cookies.headers.get('connection')).toBe('keep-alive');
    expect(await cookies.text()).toBe('made');
    expect(Buffer.from(await (await get('/api/binary')).arrayBuffer()).toString('hex')).toBe('89504e47');
    const empty = await get('/api/nocontent');
    expect([empty.status, empty.headers.get('content-type'), await empty.text()]).toEqual([204, null, '']);
  });

  it('takes 10 MB and no byte more, with and without an announced length', async () => {
    const limit = 10 * 1024 * 1024;
    const post = (body: Buffer | ReadableStream) => get('/api/text', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect((await post(Buffer.alloc(limit))).status).toBe(200);
    const announced = await post(Buffer.alloc(limit + 1));
    expect([announced.status, await announced.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    const streamed = await post(ReadableStream.from(Array.from({ length: 11 }, () => new Uint8Array(1024 * 1024))));
    expect(streamed.status).toBe(413);
    // Of a client that announces too much and sends none of it nobody waits for ever.
    expect(await raw(`POST /api/text HTTP/1.1\r\nhost: a\r\ncontent-length: ${limit + 1}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await get('/api/text')).status).toBe(200);
  });

  it.each([
    ['413', '/api/text', {}],
    ['400', '/api/%zz', {}],
    ['431', '/api/text', { 'x-long': 'a'.repeat(10_240) }],
  ])('answers %s to a client that first sends all of a large body, on a connection that stays', async (status, path, headers) => {
    const size = 30 * 1024 * 1024;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(gateway.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // Sent at the pace of a slow line; an answer that comes before the end would be followed by a reset.
    await pipeline(
      async function* () {
        yield Buffer.from(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n${lines.join('')}\r\n`);
        for (let sent = 0; sent < size; sent += 1024 * 1024) {
          expect(answer).toBe('');
          yield Buffer.alloc(1024 * 1024);
        }
        yield Buffer.from('GET /api/text HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      },
      socket,
      { end: false },
    );
    await once(socket, 'close');
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, 'HTTP/1.1 200']);
  });

  it('refuses more than 10,240 bytes of request line and header values', async () => {
    const withHeader = (size: number) => get('/api/text', { headers: { 'x-long': 'a'.repeat(size) } });
    expect((await withHeader(9_900)).status).toBe(200);
    const refused = await withHeader(10_240);
    expect([refused.status, await refused.text()]).toEqual([431, '{"message":"Request Header Fields Too Large"}']);
    expect(await raw(`GET /api/text HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(60_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('survives bytes that are no HTTP', async () => {
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*\{"message":"Bad Request"\}$/s);
    expect((await get('/api/text')).status).toBe(200);
  });

  it('loads a function anew once it is forgotten', async () => {
    files.add('Changing', 'async () => 1');
    files.write('dist/Text/index.js', 'exports.handler = async () => "new words";');
    expect(await (await get('/api/text')).text()).toBe('plain words');
    gateway.forget(['Text']);
    expect(await (await get('/api/text')).text()).toBe('new words');
  });
});

describe('the local event bus', () => {
  const put = (body: unknown, headers: Record<string, string> = { 'x-amz-target': 'AWSEvents.PutEvents' }) =>
    get('/_local/events-api', { method: 'POST', headers, body: JSON.stringify(body) });
  const entry = { Source: 'kelvo.orders', DetailType: 'order.created.v1', Detail: '{"n":1}', EventBusName: 'kelvo', Time: 1_700_000_000 };

  it('takes events as EventBridge does, reporting each fault by its entry', async () => {
    const answer = await put({
      Entries: [
        entry,
        { ...entry, Detail: 'no JSON' },
        { ...entry, Detail: '5' },
        { ...entry, Source: '' },
        { ...entry, Detail: '{"n":2}' },
      ],
    });
    expect(await answer.json()).toEqual({
      FailedEntryCount: 3,
      Entries: [
        { EventId: expect.any(String) },
        { ErrorCode: 'MalformedDetail', ErrorMessage: expect.any(String) },
        { ErrorCode: 'MalformedDetail', ErrorMessage: expect.any(String) },
        { ErrorCode: 'InvalidArgument', ErrorMessage: expect.any(String) },
        { EventId: expect.any(String) },
      ],
    });
    const { events } = (await (await get('/_local/events')).json()) as { events: unknown[] };
    expect(events).toMatchObject([
      { detail: { n: 2 } },
      { detail: { n: 1 }, source: 'kelvo.orders', time: '2023-11-14T22:13:20Z', bus: 'kelvo' },
    ]);
  });

  it('keeps the last 500', async () => {
    for (let i = 0; i < 51; i += 1)
      await put({ Entries: Array.from({ length: 10 }, (_, n) => ({ ...entry, Detail: `{"n":${i * 10 + n}}` })) });
    const { events } = (await (await get('/_local/events')).json()) as { events: { detail: { n: number } }[] };
    expect([events.length, events[0]?.detail.n, events.at(-1)?.detail.n]).toEqual([500, 509, 10]);
  });

  it('refuses what EventBridge refuses, other targets, and other hosts', async () => {
    expect((await put({ Entries: Array.from({ length: 11 }, () => entry) })).status).toBe(400);
    expect((await put({ Entries: [] })).status).toBe(400);
    expect((await put({ Entries: [{ ...entry, Detail: JSON.stringify({ x: 'a'.repeat(300_000) }) }] })).status).toBe(400);
    expect((await put({ Entries: [entry] }, {})).status).toBe(400);
    for (const odd of [null, 5, 'a', { ...entry, Resources: 5 }, { ...entry, Resources: null }])
      expect([odd, (await put({ Entries: [entry, odd] })).status]).toEqual([odd, 400]);
  });

  it('is open to the names of this machine alone, so that a page whose own name was made to point here stays out', async () => {
    const status = async (start: string) => /^HTTP\/1\.1 (\d+)/.exec(await raw(`${start}connection: close\r\n\r\n`))?.[1];
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'localhost:3000', '127.0.0.1:80'])
      expect([host, await status(`GET /_local/events HTTP/1.1\r\nhost: ${host}\r\n`)]).toEqual([host, '200']);
    const others = [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil.example:3000',
      'localhost:3000@evil.example',
      'xlocalhost',
      '',
    ];
    for (const path of ['/_local/events', '/_local/events-api', '/%5flocal/events'])
      for (const host of others)
        expect([path, host, await status(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n`)]).toEqual([path, host, '403']);
    expect(await status('GET /_local/events HTTP/1.0\r\n')).toBe('403');
  });

  const lan = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = lan.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  it.skipIf(outside === undefined)('is closed to other machines where the gateway listens for them', async () => {
    const wide = await startGateway({ functions: [], env: {}, root: files.root, host: '0.0.0.0' });
    const ask = (address: string | undefined) =>
      send(`http://${address}:${wide.port}`, {
        method: 'GET',
        path: '/_local/events',
        headers: { host: 'localhost', connection: 'close' },
      });
    expect([(await ask('127.0.0.1')).status, (await ask(outside)).status]).toEqual([200, 403]);
    await wide.close();
  });
});
