import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { networkOf } from './client-address.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:4711', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:0:1:a:b:c:d', '2001:db8:0:1::/64'],
  ['2001:DB8:0:1::', '2001:db8:0:1::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['[2001:db8::1]:443', '2001:db8:0:0::/64'],
  ['[2001:db8::1]', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['::ffff:0:203.0.113.7', '0:0:0:0::/64'], // no mapped address: another prefix
  ['not an address', 'not an address'],
  ['', ''],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it('an IPv4 address is its own network; IPv6 addresses share one exactly when their first 64 bits are the same', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => networkOf(address) === address && networkOf(`::ffff:${address}`) === address));
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  const text = (list: number[]) => list.map((group) => group.toString(16)).join(':');
  fc.assert(
    fc.property(groups, groups, fc.boolean(), (one, other, sharing) => {
      const [a, b] = [
        [0x2001, ...one.slice(1)],
        [0x2001, ...(sharing ? one : other).slice(1, 4), ...other.slice(4)],
      ];
      const alike = a.slice(0, 4).join() === b.slice(0, 4).join();
      return (
        (networkOf(text(a)) === networkOf(text(b))) === alike && networkOf(text(a)) === networkOf(new URL(`http://[${text(a)}]`).hostname)
      );
    }),
  );
});

it('any text has a network', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), (text) => typeof networkOf(text) === 'string'));
});

describe('the caller behind CloudFront', () => {
  const secret = 'told-by-cloudfront';
  const sha256 = createHash('sha256').update(secret).digest('hex');
  const other = createHash('sha256').update('the next one').digest('hex');
  const event = (headers: Record<string, string>) =>
    ({ headers, requestContext: { http: { sourceIp: '192.0.2.1' } } }) as APIGatewayProxyEventV2;
  /** The module as it is with this variable: configuration is read when it loads. */
  async function addressWith(variable: string, headers: Record<string, string>): Promise<string> {
    vi.resetModules();
    vi.stubEnv('ORIGIN_SECRET_SHA256', variable);
    const { clientAddress } = await import('./client-address.ts');
    return clientAddress(event({ 'x-viewer-address': '203.0.113.7', ...headers }));
  }
  afterEach(() => vi.unstubAllEnvs());

  it('is who the edge names, if the request has the secret of which we know the SHA-256', async () => {
    expect(await addressWith(sha256, { 'x-origin-secret': secret })).toBe('203.0.113.7');
  });

  it('is who the edge names by either secret while one replaces the other', async () => {
    for (const known of [`${sha256},${other}`, `${other},${sha256}`])
      expect(await addressWith(known, { 'x-origin-secret': secret })).toBe('203.0.113.7');
  });

  it.each([
    ['2001:db8::1', { 'x-viewer-address': '2001:db8::1' }],
    // CloudFront's own header has a port, and no brackets.
    ['203.0.113.9', { 'x-viewer-address': '', 'cloudfront-viewer-address': '203.0.113.9:4711' }],
    ['2001:db8::1', { 'x-viewer-address': '', 'cloudfront-viewer-address': '2001:db8::1:443' }],
    ['2406:2d40:728d:fa10::c4a', { 'x-viewer-address': '', 'cloudfront-viewer-address': '2406:2d40:728d:fa10::c4a:42838' }],
    // What our own function says comes first: the other may be the client's word.
    ['203.0.113.7', { 'cloudfront-viewer-address': '198.51.100.99:1' }],
  ])('is %s', async (address, { 'x-viewer-address': own, ...headers }: Record<string, string>) => {
    vi.resetModules();
    vi.stubEnv('ORIGIN_SECRET_SHA256', sha256);
    const { clientAddress } = await import('./client-address.ts');
    const ours: Record<string, string> = own === '' ? {} : { 'x-viewer-address': own ?? '203.0.113.7' };
    expect(clientAddress(event({ 'x-origin-secret': secret, ...ours, ...headers }))).toBe(address);
  });

  it.each([
    ['without the secret', sha256, {}],
    ['with an empty secret', sha256, { 'x-origin-secret': '' }],
    ['with another secret', sha256, { 'x-origin-secret': `${secret}!` }],
    ['with the hash for the secret', sha256, { 'x-origin-secret': sha256 }],
    ['with a secret that was replaced', other, { 'x-origin-secret': secret }],
    ['where CloudFront does not stand in front', '', { 'x-origin-secret': secret }],
    ['where CloudFront does not stand in front, with an empty secret', '', { 'x-origin-secret': '' }],
  ])('is the connection %s', async (_, variable, headers) => {
    expect(await addressWith(variable, headers)).toBe('192.0.2.1');
  });

  it.each([
    ['FR', 'Paris', { country: 'FR', city: 'Paris' }],
    ['BR', 'S%C3%A3o Paulo', { country: 'BR', city: 'São Paulo' }],
    ['FR', '100%', { country: 'FR', city: '100%' }],
    ['', '', {}],
  ])('is probably in %s, %s', async (country, city, place) => {
    vi.resetModules();
    vi.stubEnv('ORIGIN_SECRET_SHA256', sha256);
    const { placeOf } = await import('./edge.ts');
    expect(placeOf({ 'x-viewer-country': country, 'x-viewer-city': city })).toEqual(place);
  });

  it('is nowhere that a client says, where CloudFront does not stand in front', async () => {
    vi.resetModules();
    vi.stubEnv('ORIGIN_SECRET_SHA256', '');
    const { placeOf } = await import('./edge.ts');
    expect(placeOf({ 'x-viewer-country': 'FR' })).toEqual({});
  });
});
