import type { CollectedSpan } from '#tests/support/collector.ts';

const [server, client, consumer] = [2, 3, 5];

/** What each hop of a purchase must be: by whom, what, and below which of them. */
const hops = [
  { name: 'POST /api/orders', service: 'rum-shop-order-service', kind: server, below: 'the browser' },
  { name: 'POST /api/payment/create-intent', service: 'rum-shop-payment', kind: server, below: 'the browser' },
  { name: 'POST /api/payment/confirm', service: 'rum-shop-payment', kind: server, below: 'the browser' },
  { name: 'mock confirmIntent', service: 'rum-shop-payment', kind: client, below: 'POST /api/payment/confirm' },
  { name: 'INSERT outbox', service: 'rum-shop-payment', kind: client, below: 'POST /api/payment/confirm' },
  { name: 'EVAL', service: 'rum-shop-payment', kind: client, below: 'POST /api/payment/confirm' },
  { name: 'send EventBus', service: 'rum-shop-payment', kind: client, below: 'POST /api/payment/confirm' },
  { name: 'process NotifyPeopleQueue', service: 'rum-shop-notifications', kind: consumer, below: 'POST /api/payment/confirm' },
  { name: 'process OrderEvents', service: 'rum-shop-analytics', kind: consumer, below: 'POST /api/payment/confirm' },
  { name: 'send receipt', service: 'rum-shop-notifications', kind: client, below: 'process NotifyPeopleQueue' },
] as const;

/** The last of the hops to end. */
export const lastHop = 'send receipt';

/**
 * What is wrong with a purchase's trace, each a sentence; none: it is whole.
 * @param spans of the one trace
 * @param browserSpanId what the browser sent as the parent of its requests
 */
export function faultsOf(spans: readonly CollectedSpan[], browserSpanId: string): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const above = ({ parentSpanId }: CollectedSpan) => (parentSpanId === browserSpanId ? 'the browser' : byId.get(parentSpanId ?? '')?.name);
  const missing = hops.flatMap(({ name, service, kind, below }) =>
    spans.some((span) => span.name === name && span.service === service && span.kind === kind && above(span) === below)
      ? []
      : [`there is no span "${name}" of ${service}, of kind ${kind}, below ${below}`],
  );
  const orphans = spans.filter((span) => above(span) === undefined).map(({ name }) => `"${name}" has a parent that nobody sent`);
  const backwards = spans
    .filter(({ startTimeUnixNano, endTimeUnixNano }) => BigInt(endTimeUnixNano) < BigInt(startTimeUnixNano))
    .map(({ name }) => `"${name}" ends before it begins`);
  const failed = spans.filter(({ status }) => status?.code === 2).map(({ name, status }) => `"${name}" failed: ${status?.message}`);
  const nameless = spans
    .filter(({ resource }) => !resource['faas.name'] || !resource['service.version'])
    .map(({ name }) => `"${name}" says not of which function it is`);
  return [...missing, ...orphans, ...backwards, ...failed, ...nameless];
}
