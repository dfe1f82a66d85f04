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

const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const rank = ({ route }: Operation) => methods.indexOf(route.method);

/** Every route, by domain, path and method: an order of its own, since how a module lists its exports is up to the runtime. */
export const operations: readonly Operation[] = Object.entries(contracts)
  .flatMap(([domain, contract]) =>
    Object.entries(contract as Record<string, unknown>).flatMap(([name, value]) =>
      isRoute(value) ? [{ id: name.replace(/Route$/, ''), domain, route: value }] : [],
    ),
  )
  .sort((a, b) => compare(a.domain, b.domain) || compare(a.route.path, b.route.path) || rank(a) - rank(b));

export const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);
