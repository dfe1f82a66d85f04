/**
 * API Gateway's payload format 2.0, field by field.
 * Sources: AWS docs http-api-develop-integrations-lambda (shape, lowercase names, commas, cookies). Seen on the real service:
 * `rawPath` comes decoded, and ends at a decoded "?" (honojs/hono#2156, middleapi/standard-server#93); a body is text only for text/* and
 * application/{json,xml,javascript}, everything else, a missing type included, is base64 (ministackorg/ministack#766).
 */
import { isUtf8 } from 'node:buffer';
import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Match } from './router.ts';

/** Builds the event for a request whose body has been read. */
export function buildEvent(
  request: Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'rawHeaders'> & { socket: Pick<Socket, 'remoteAddress' | 'localPort'> },
  path: string,
  { target, parameters }: Match,
  body: Buffer | null,
): APIGatewayProxyEventV2 {
  const url = request.url as string;
  const mark = url.indexOf('?');
  const rawQueryString = mark < 0 ? '' : url.slice(mark + 1);
  const { headers, cookies } = readHeaders(request.rawHeaders);
  const sourceIp = plainAddress(request.socket.remoteAddress);
  const host = headers.host ?? 'localhost';
  headers['content-length'] ??= '0';
  headers['x-forwarded-for'] = headers['x-forwarded-for'] === undefined ? sourceIp : `${headers['x-forwarded-for']}, ${sourceIp}`;
  headers['x-forwarded-port'] = String(request.socket.localPort);
  headers['x-forwarded-proto'] = 'http';
  const now = Date.now();
  headers['x-amzn-trace-id'] ??= `Root=1-${Math.trunc(now / 1000).toString(16)}-${randomText(12, 'hex')}`;
  const event = {
    version: '2.0',
    routeKey: target.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies !== undefined && { cookies }),
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: readQuery(rawQueryString) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: 'local',
      http: {
        method: request.method as string,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: `${randomText(11, 'base64url')}=`,
      routeKey: target.routeKey,
      stage: '$default',
      time: clfTime(now),
      timeEpoch: now,
    },
    ...(parameters !== undefined && { pathParameters: parameters }),
  };
  if (body === null || body.length === 0) return { ...event, isBase64Encoded: false };
  const text = isText(headers['content-type']) && isUtf8(body);
  return { ...event, body: body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}

/** A request's path as API Gateway passes it on: decoded, cut at a decoded "?". Null when its percent-encoding is malformed. */
export function decodePath(raw: string): string | null {
  if (!raw.includes('%')) return raw;
  try {
    const decoded = decodeURIComponent(raw);
    const mark = decoded.indexOf('?');
    return mark < 0 ? decoded : decoded.slice(0, mark);
  } catch {
    return null;
  }
}

function readHeaders(raw: string[]): { headers: Record<string, string>; cookies: string[] | undefined } {
  const headers: Record<string, string> = {};
  let cookies: string[] | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    if (name === 'cookie') cookies = [...(cookies ?? []), ...value.split(/; */)];
    else if (name === 'connection' || name === 'transfer-encoding') continue;
    else headers[name] = Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value;
  }
  return { headers, cookies };
}

/** Names and values decoded, repeats joined by commas. A key without a value is there with ''. */
export function readQuery(raw: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeForm(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeForm(pair.slice(equals + 1));
    const joined = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
    // Assigning to __proto__ would set the prototype; in the JSON that Lambda parses it is an ordinary key.
    if (name === '__proto__') Object.defineProperty(query, name, { value: joined, enumerable: true, configurable: true, writable: true });
    else query[name] = joined;
  }
  return query;
}

function decodeForm(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

const textTypes = new Set(['application/json', 'application/xml', 'application/javascript']);

function isText(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const end = contentType.indexOf(';');
  const type = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  return textTypes.has(type) || type.startsWith('text/');
}

const plainAddress = (address = '127.0.0.1'): string => (address.startsWith('::ffff:') ? address.slice(7) : address);

// Random bytes are fetched 8 KB at a time: one system call for about 350 requests.
const pool = Buffer.alloc(8_192);
let used = pool.length;

function randomText(bytes: number, encoding: 'hex' | 'base64url'): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString(encoding, used - bytes, used);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
let lastSecond = 0;
let lastTime = '';

/** 12/Mar/2026:19:03:58 +0000 */
function clfTime(now: number): string {
  const second = Math.trunc(now / 1000);
  if (second !== lastSecond) {
    const iso = new Date(now).toISOString();
    lastTime = `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    lastSecond = second;
  }
  return lastTime;
}
