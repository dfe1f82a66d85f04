import { Problem } from '../errors.ts';
import { behindEdge } from './edge.ts';

/**
 * Refuses a request that another site made the browser send: routes that act on a cookie need a same-origin sign, by `Sec-Fetch-Site` or
 * by an `Origin` that is this request's own scheme and host.
 * @throws Problem 403 `foreign-origin`
 */
export function refuseForeignOrigin(headers: Record<string, string | undefined>): void {
  if (headers['sec-fetch-site'] === 'same-origin') return;
  const own = `${headers['x-forwarded-proto'] ?? 'https'}://${behindEdge ? headers['x-viewer-host'] : headers.host}`;
  if (headers['sec-fetch-site'] === undefined && headers.origin !== undefined && headers.origin === own) return;
  throw new Problem('forbidden', 'foreign-origin', 'This must come from the shop itself: Origin or Sec-Fetch-Site does not say so.');
}
