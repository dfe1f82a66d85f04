import { isIPv6 } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isThroughEdge } from './edge.ts';

/** The caller's address: what CloudFront says of the viewer when its secret proves that it sent the request on, else the connection's. */
export function clientAddress({ headers, requestContext }: APIGatewayProxyEventV2): string {
  // By our viewer-request function (infra/edge/viewer.js), or by CloudFront itself where an origin request policy names its header; that has a port,
  // without brackets around an IPv6 address: 2001:db8::1:4711.
  const viewer = headers['x-viewer-address'] ?? headers['cloudfront-viewer-address']?.replace(/:\d+$/, '');
  return viewer && isThroughEdge(headers) ? viewer : requestContext.http.sourceIp;
}

/**
 * What limits count as one caller: an IPv4 address, or an IPv6 network of 64 bits, since whoever has one IPv6 address has 2^64 of them
 * (RFC 6177: a site gets a /64 or more). An IPv4-mapped address (`::ffff:192.0.2.1`) counts as its IPv4 address; brackets, port and zone id
 * do not count. Text that is no address is its own network.
 */
export function networkOf(address: string): string {
  const plain = address
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
    .replace(/%.*$/, '');
  // An IPv4 address does not wait for Node to compile its large pattern of IPv6, which takes 2 ms of a cold start.
  if (!plain.includes(':') || !isIPv6(plain)) return plain.toLowerCase();
  const groups = groupsOf(plain);
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  const mapped = a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff;
  if (mapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes) => {
    const [one, two, three, four] = bytes.map(Number) as [number, number, number, number];
    return `${(one * 256 + two).toString(16)}:${(three * 256 + four).toString(16)}`;
  });
  const [head = '', tail] = hex.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [numbers(head), numbers(tail ?? '')];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
