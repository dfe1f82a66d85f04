/** Datadog service names that differ from `rum-shop-<domain>`: the source systems' dashboards expect these. */
const services: Record<string, string> = {
  orders: 'rum-shop-order-service',
  catalog: 'rum-shop-order-service',
  payments: 'rum-shop-payment',
};

/** The service of a function by its name, `rumshop-<domain>-<verb-noun>[-<stage>]`. */
export function serviceOf(functionName: string): string {
  const domain = /^rumshop-([a-z]+)-/.exec(functionName)?.[1] ?? 'unknown';
  return services[domain] ?? `rum-shop-${domain}`;
}
