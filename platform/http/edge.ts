import { hash, timingSafeEqual } from 'node:crypto';
import { config } from '../config.ts';

type Headers = Record<string, string | undefined>;

/** Where a viewer probably is, by CloudFront's list of networks; good enough to show, never to decide by. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  city?: string;
}

/** Whether CloudFront stands in front of the functions, so that its headers can be trusted, and who comes without them is refused. */
export const behindEdge = config.ORIGIN_SECRET_SHA256 !== undefined;

/**
 * Whether CloudFront sent a request on: it adds a secret. The secret is long and random, so its plain SHA-256 gives nothing away, and may stand in every
 * function's variables. Two are valid while a new one replaces the old one.
 */
export function isThroughEdge(headers: Headers): boolean {
  const digest = hash('sha256', headers['x-origin-secret'] ?? '', 'buffer');
  return config.ORIGIN_SECRET_SHA256?.some((known) => timingSafeEqual(digest, Buffer.from(known, 'hex'))) ?? false;
}

/** What the viewer-request function (infra/edge/viewer.js) says of where the viewer is; nothing where CloudFront does not stand in front, or does not know. */
export function placeOf(headers: Headers): Place {
  if (!behindEdge) return {};
  const { 'x-viewer-country': country, 'x-viewer-city': city } = headers;
  return { ...(country && { country }), ...(city && { city: decoded(city) }) };
}

/** A header holds ASCII: CloudFront percent-encodes what is not (S%C3%A3o Paulo). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
