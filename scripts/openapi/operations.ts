import { contracts, isRoute } from '#functions/ops/lib/all-routes.ts';
import type { RouteContract } from '#platform/http/contract.ts';

/** A route with the names that the API's description gives it. */
export interface Operation {
  /** `placeOrder`: the contract's export without `Route`. */
  id: string;
  /** `orders` */
  domain: string;
  route: RouteContract;
}

/** Every route, by domain and in the order of its contract. */
export const operations: readonly Operation[] = Object.entries(contracts).flatMap(([domain, contract]) =>
  Object.entries(contract as Record<string, unknown>).flatMap(([name, value]) =>
    isRoute(value) ? [{ id: name.replace(/Route$/, ''), domain, route: value }] : [],
  ),
);

export const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);
