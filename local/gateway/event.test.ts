import { describe, expect, it } from 'vitest';
import { buildEvent, decodePath, readQuery } from './event.ts';

const match = { target: { logicalId: 'F', routeKey: 'GET /api/products/{id}' }, parameters: { id: 'a b' } };
const request = (rawHeaders: string[], url = '/api/products/a%20b') => ({
  method: 'GET',
  url,
  httpVersion: '1.1',
  rawHeaders,
  socket: { remoteAddress: '::ffff:127.0.0.1', localPort: 3000 },
});
const event = (rawHeaders: string[], body: Buffer | null = null) => buildEvent(request(rawHeaders), '/api/products/a b', match, body);

describe('the event', () => {
  it('has the shape of payload format 2.0', () => {
    expect(event(['Host', 'localhost:3000', 'User-Agent', 'curl'])).toEqual({
      version: '2.0',
      routeKey: 'GET /api/products/{id}',
      rawPath: '/api/products/a b',
      rawQueryString: '',
      headers: {
        host: 'localhost:3000',
        'user-agent': 'curl',
        'content-length': '0',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '3000',
        'x-forwarded-proto': 'http',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'localhost:3000',
        domainPrefix: 'local',
        http: { method: 'GET', path: '/api/products/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'curl' },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'GET /api/products/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: 'a b' },
      isBase64Encoded: false,
    });
  });

  it('joins repeated headers by commas, takes cookies out of them, and believes no x-forwarded-proto', () => {
    const { headers, cookies } = event([
      'X-Tag',
      'a',
      'x-tag',
      'b',
      'Cookie',
      'a=1; b=2',
      'Cookie',
      'c=3',
      'Constructor',
      'x',
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-For',
      '1.2.3.4',
    ]);
    expect(headers).toMatchObject({
      'x-tag': 'a,b',
      constructor: 'x',
      'x-forwarded-proto': 'http',
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
    });
    expect(headers.cookie).toBeUndefined();
    expect(cookies).toEqual(['a=1', 'b=2', 'c=3']);
  });

  it.each([
    ['application/json', 'é', false],
    ['Application/JSON; charset=utf-8', 'é', false],
    ['text/csv', 'a', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['application/problem+json', '{}', true],
    ['image/png', 'a', true],
    ['', 'a', true],
  ])('has a body of type "%s" as text or base64 as API Gateway does', (type, body, base64) => {
    const built = event(type === '' ? [] : ['Content-Type', type], Buffer.from(body));
    expect(built.isBase64Encoded).toBe(base64);
    expect(built.body).toBe(base64 ? Buffer.from(body).toString('base64') : body);
  });

  it('keeps bytes that are not UTF-8 whole', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(event(['Content-Type', 'application/json'], bytes)).toMatchObject({ isBase64Encoded: true, body: bytes.toString('base64') });
  });

  it('decodes a query and joins its repeats, whatever its keys are called', () => {
    expect(readQuery('q=x=y&a=1&a=2&b=x%20y+z&c&d=&e=%zz&%C3%A4=%C3%B6')).toEqual({
      q: 'x=y',
      a: '1,2',
      b: 'x y z',
      c: '',
      d: '',
      e: '%zz',
      ä: 'ö',
    });
    expect(Object.keys(readQuery('__proto__=1&constructor=2'))).toEqual(['__proto__', 'constructor']);
  });

  it('has a decoded path, and none when its percent-encoding is broken', () => {
    expect(decodePath('/api/a%2Fb%C3%A4')).toBe('/api/a/bä');
    expect(decodePath('/api/a%3Fb=1')).toBe('/api/a');
    expect(['/%', '/%zz', '/%C3', '/%C0%AF'].map(decodePath)).toEqual([null, null, null, null]);
  });
});
