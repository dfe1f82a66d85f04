import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/**
 * A signature by Signature Version 4, by the book ("Create a signed AWS API request", AWS IAM User Guide).
 * @param request the canonical request
 * @param date `20260102T030405Z`
 * @param scope `<day>/<region>/<service>/aws4_request`
 */
export function signatureOf(request: string, { date, scope, secret }: { date: string; scope: string; secret: string }): string {
  const key = scope.split('/').reduce((key: string | Buffer, part) => createHmac('sha256', key).update(part).digest(), `AWS4${secret}`);
  return createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n'))
    .digest('hex');
}

/** The parts of a query as they are signed: in order, each encoded by RFC 3986. */
export const canonicalQuery = (query: Iterable<[string, string]>): string =>
  [...query]
    .map((pair) =>
      pair.map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join('='),
    )
    .sort()
    .join('&');

/** A request as it came over the wire. */
export interface Received {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/**
 * Why a service that takes signed requests would refuse one, as far as that can be told here; undefined: it would take it.
 * @param host for which it has to be signed
 */
export function refusalOf(
  { method, url, headers, body }: Received,
  {
    host,
    region,
    service,
    keyId,
    secret,
    now,
  }: {
    host: string;
    region: string;
    service: string;
    keyId: string;
    secret: string;
    now: Date;
  },
): string | undefined {
  const [, credential = '', signed = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? [];
  if (signature === undefined) return 'not signed';
  const date = String(headers['x-amz-date']);
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(now.getTime() - at) < 300_000)) return `dated ${date}`;
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  if (credential !== `${keyId}/${scope}`) return `signed as ${credential}`;
  const names = signed.split(';');
  const missing = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))].filter((name) => !names.includes(name));
  if (missing.length > 0) return `without ${missing} in the signature`;
  const { pathname, searchParams } = new URL(url, 'http://x');
  // Every service but S3 signs the path as it is sent, encoded once more.
  const path = pathname
    .split('/')
    .map((part) => canonicalQuery([[part, '']]).slice(0, -1))
    .join('/');
  const canonical = [
    method,
    path,
    canonicalQuery(searchParams),
    ...names.map((name) => `${name}:${name === 'host' ? host : String(headers[name]).trim()}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  return signatureOf(canonical, { date, scope, secret }) === signature ? undefined : 'another signature';
}
