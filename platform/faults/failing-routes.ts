import { outage } from '../errors.ts';
import type { RouteContract } from '../http/contract.ts';
import { hits } from './faults.ts';

type Route = Pick<RouteContract, 'method' | 'path'>;

/** The routes that `ads-errors` is about: what shoppers see of ads. */
const isOfAds = ({ path }: Route): boolean => path === '/api/ads' || path.startsWith('/api/ads/');

/** The one function of which a bad release goes out: a product's page needs it, and it only reads. */
const isBadRelease = ({ method, path }: Route): boolean => method === 'GET' && path === '/api/products/{id}';

/**
 * Fails a request in place of its handler, so that nothing is half written, if it is one of those that a fault hits.
 * @throws Problem 503 `ads-unavailable` by `ads-errors`; TypeError by `bad-deploy`, which the request ends with as with any bug: 500, its stack in the log
 */
export function failIfHit(route: Route): void {
  if (isOfAds(route) && hits('ads-errors')) throw outage('ads-unavailable', 'There are no ads at the moment. Please try again shortly.');
  if (isBadRelease(route) && hits('bad-deploy')) showRating(JSON.parse('{}'));
}

/** The bug of the bad release: it shows ratings, which no product has. The error and its stack are the engine's own. */
const showRating = (product: { rating: { average: number } }): string => product.rating.average.toFixed(1);
