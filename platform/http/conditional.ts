import { hash } from 'node:crypto';
import { config } from '../config.ts';
import type { NotModified } from './contract.ts';

/** What a read shows, and a text that differs whenever that does. */
export interface Versioned<T> {
  body: T;
  version: string;
}

/**
 * Answers a conditional read (RFC 9110, 13.1.2). Whoever names the version that there is gets a 304, for which the rest is not read; others get the
 * whole, with its ETag. Both reads refuse those who may not see it, so that a 304 says no more than a 200.
 * @param version a cheaper read than `read`, of the version alone; asked only for callers that name one
 */
export async function unlessKnown<T>(
  ifNoneMatch: string | undefined,
  { version, read }: { version: () => Promise<string>; read: () => Promise<Versioned<T>> },
): Promise<NotModified | { status: 200; headers: { etag: string }; body: T }> {
  if (ifNoneMatch) {
    const etag = etagOf(await version());
    if (names(ifNoneMatch, etag)) return { status: 304, headers: { etag } };
  }
  const { body, version: shown } = await read();
  return { status: 200, headers: { etag: etagOf(shown) }, body };
}

/** With the release in it: the next one may show the same rows in another shape. */
const etagOf = (version: string) => `W/"${hash('sha1', `${config.SERVICE_VERSION} ${version}`, 'base64url')}"`;

/** Whether If-None-Match names an ETag, compared weakly (RFC 9110, 13.1.2). */
export function names(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  const opaque = etag.slice(2);
  return header.split(',').some((candidate) => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === opaque);
}
