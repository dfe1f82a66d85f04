import * as ads from '#functions/ads/lib/contract.ts';
import * as analytics from '#functions/analytics/lib/contract.ts';
import * as auth from '#functions/auth/lib/contract.ts';
import * as cart from '#functions/cart/lib/contract.ts';
import * as catalog from '#functions/catalog/lib/contract.ts';
import * as currency from '#functions/currency/lib/contract.ts';
import * as demo from '#functions/demo/lib/contract.ts';
import * as notifications from '#functions/notifications/lib/contract.ts';
import * as orders from '#functions/orders/lib/contract.ts';
import * as payments from '#functions/payments/lib/contract.ts';
import * as recommendations from '#functions/recommendations/lib/contract.ts';
import * as search from '#functions/search/lib/contract.ts';
import * as shipping from '#functions/shipping/lib/contract.ts';
import type { RouteContract } from '#platform/http/contract.ts';
import * as ops from './contract.ts';

/** What each domain declares: its routes and their schemas. */
export const contracts = {
  ads,
  analytics,
  auth,
  cart,
  catalog,
  currency,
  demo,
  notifications,
  ops,
  orders,
  payments,
  recommendations,
  search,
  shipping,
};

export const isRoute = (value: unknown): value is RouteContract =>
  typeof value === 'object' && value !== null && 'path' in value && 'answers' in value;

/** Every route of the shop, by domain. */
export const routesByDomain = Object.fromEntries(
  Object.entries(contracts).map(([domain, contract]) => [domain, Object.values(contract as Record<string, unknown>).filter(isRoute)]),
);

export const allRoutes: readonly RouteContract[] = Object.values(routesByDomain).flat();
