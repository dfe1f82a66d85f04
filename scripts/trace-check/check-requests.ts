import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { headersOf, newTraceIds } from '#platform/telemetry/trace-ids.ts';
import type { Traced } from './invoke.ts';
import { type Call, requestEvent } from './request.ts';
import type { TracedShop } from './shop.ts';
import type { Span } from './tools.ts';
import { handlerSpan, type RequestResult, show, verifyRequest } from './verify.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';
/** As a browser, or another service, sends them. */
const callers: Record<string, Record<string, string>> = {
  'W3C headers': { traceparent: `00-${traceId}-${parentId}-01` },
  "Datadog's headers": {
    'x-datadog-trace-id': BigInt(`0x${traceId.slice(16)}`).toString(),
    'x-datadog-parent-id': BigInt(`0x${parentId}`).toString(),
    'x-datadog-sampling-priority': '1',
    'x-datadog-tags': `_dd.p.tid=${traceId.slice(0, 16)}`,
  },
};

/** API Gateway's span ends last. */
export const requestIsWhole = (spans: Span[]) => spans.some(({ name }) => name === 'aws.httpapi');

/** Requests with a caller's trace: one trace from it through the handler to the databases, and into the event. */
export async function checkRequests({ invoke, sql, productId, hasRedis }: TracedShop): Promise<void> {
  for (const [kind, headers] of Object.entries(callers)) {
    const sessionId = randomUUID();
    const order = {
      sessionId,
      email: 'ada@example.com',
      shippingAddress: { name: 'Ada', line1: '1 Road', city: 'Town', postalCode: '62704', country: 'US' },
      shippingMethod: 'standard',
    };
    const key = { 'idempotency-key': randomUUID() };
    const both = hasRedis ? ['pg.query', 'redis.command'] : ['pg.query'];
    // Sent once before where it has to be warm: a cold start reads without Redis.
    const calls: [string, Call & { warm?: boolean }, string[]][] = [
      ['CartAddItem', { method: 'POST', path: '/api/cart/add', body: { sessionId, productId, quantity: 1 }, headers }, both],
      [
        'CartGetCart',
        { path: `/api/cart/${sessionId}`, parameters: { sessionId }, headers, warm: true },
        hasRedis ? ['redis.command'] : both,
      ],
      ['SearchSearchProducts', { path: '/api/search', query: 'q=keyboard', headers }, ['pg.query']],
      ['OrdersPlaceOrder', { method: 'POST', path: '/api/orders', body: order, headers: { ...headers, ...key } }, both],
    ];
    let placed: Traced<RequestResult> | undefined;
    for (const [logicalId, { warm, ...call }, stores] of calls) {
      const before = { ...call, headers: { ...call.headers, ...headersOf({ ...newTraceIds(), sampled: false }) } };
      placed = await invoke<RequestResult>(
        logicalId,
        { event: requestEvent(call) },
        {
          first: warm ? [{ event: requestEvent(before) }] : [],
          whole: requestIsWhole,
        },
      );
      console.log(`\n${logicalId}, called with ${kind}: ${placed.result.statusCode}`);
      show(placed.spans);
      verifyRequest(placed, { traceId, stores, secrets: [sessionId, key['idempotency-key'], '1 Road', 'ada@example'] });
    }
    assert(placed);
    const { rows: events } = await sql.query("select event from outbox where event->>'subject' = $1", [JSON.parse(placed.result.body).id]);
    const span = handlerSpan(placed.spans).span_id.toString(16).padStart(16, '0');
    assert.equal(events[0].event.traceparent, `00-${traceId}-${span}-01`, 'the event must continue the handler span');
    assert.deepEqual(metrics(placed.lines), ['kelvo.duration', 'kelvo.orders_placed', 'kelvo.requests'], 'metrics must go to Datadog');
    assert.deepEqual(embedded(placed.lines), ['orders_placed'], 'what the alarms look for must go to CloudWatch too');
  }
  console.log('\nEvery call is one trace, from its caller through the handler to the databases and into the event.');
}

/** Names of the metrics that are embedded in log lines for CloudWatch. */
function embedded(lines: Record<string, unknown>[]): string[] {
  const directives = lines.flatMap(
    ({ _aws }) => (_aws as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } | undefined)?.CloudWatchMetrics ?? [],
  );
  return directives.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
}

/** Our metrics among the lines by which datadog-lambda-js hands them on. */
function metrics(lines: Record<string, unknown>[]): string[] {
  return lines
    .map(({ m }) => String(m))
    .filter((name) => name.startsWith('kelvo.'))
    .sort();
}
