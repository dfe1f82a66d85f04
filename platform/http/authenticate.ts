import { Problem } from '../errors.ts';
import type { RouteContract } from './contract.ts';
import type { RouteMiddleware } from './request.ts';

/**
 * Reads the caller's access token from `Authorization: Bearer` and enforces the route's auth level. An invalid token is refused even on public
 * routes: a caller who believes to be signed in must not act as a guest without noticing. Cacheable reads ignore it, being the same for everybody.
 */
export function authenticate({ auth, cacheable }: Pick<RouteContract, 'auth' | 'cacheable'>): RouteMiddleware {
  return {
    before: async function authenticateBefore({ event }) {
      const { request } = event;
      const { authorization } = request.headers;
      if (auth === 'webhook' || cacheable) return;
      if (authorization !== undefined) request.shopper = await shopperOf(authorization, request.now);
      if (auth === 'public') return;
      if (!request.shopper) throw unauthenticated('Sign in first: send Authorization: Bearer with an access token.');
      if (auth === 'admin' && request.shopper.role !== 'admin') throw new Problem('forbidden', 'admin-only', 'Only admins may do this.');
    },
  };
}

async function shopperOf(authorization: string, now: Date) {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
  const { readAccessToken } = await import('../auth/access-token.ts'); // loaded only for those who bring a token
  const shopper = token === undefined ? undefined : await readAccessToken(token, now);
  if (!shopper) throw unauthenticated('The access token is not valid, or not valid any more.');
  return shopper;
}

const unauthenticated = (detail: string) =>
  new Problem('unauthenticated', 'unauthenticated', detail, {}, { headers: { 'www-authenticate': 'Bearer realm="kelvo"' } });
