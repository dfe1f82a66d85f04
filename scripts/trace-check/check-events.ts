import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { BusEvent } from '#local/pumps/bus.ts';
import { eventBody, sqsRecord } from '#local/pumps/records.ts';
import type { KelvoEvent } from '#platform/events/event.ts';
import { headersOf, newTraceIds, type TraceIds, traceparentOf } from '#platform/telemetry/trace-ids.ts';
import { requestIsWhole } from './check-requests.ts';
import { requestEvent } from './request.ts';
import type { TracedShop } from './shop.ts';
import type { Span } from './tools.ts';
import { below, handlerSpan, hex, type RequestResult, show, traceOf, verifyDelivery } from './verify.ts';

/** An order that was placed in somebody's trace, and what its event has to name as its sender. */
interface Placed {
  id: string;
  sender: TraceIds;
}

/** The asynchronous half, hop by hop: outbox → bus, also by the relay after a crash → queue → consumer. */
export async function checkEvents(shop: TracedShop): Promise<void> {
  const direct = await placeOrder(shop, 'in time');
  const late = await placeOrder(shop, 'too late: the bus is away');
  await relay(shop, late);
  const lost = await placeOrder(shop, 'in time, its trace is lost on the way');

  const batch = [await messageOf(shop, direct), await messageOf(shop, late), await messageOf(shop, lost, withoutTrace)];
  await consumeBatch(shop, batch, [direct.sender, late.sender, undefined]);
}

const deadBus = { EVENT_BUS_ENDPOINT: 'http://127.0.0.1:1' };

/** Browser → API → outbox, and on to the bus where it is there. */
async function placeOrder({ invoke, productId, sql }: TracedShop, how: string): Promise<Placed> {
  const browser = newTraceIds();
  const event = requestEvent({
    method: 'POST',
    path: '/api/orders',
    headers: { ...headersOf(browser), 'idempotency-key': randomUUID() },
    body: {
      items: [{ productId, quantity: 1 }],
      email: 'ada@trace-check.kelvo.shop',
      shippingAddress: { name: 'Ada', line1: '1 Road', city: 'Town', postalCode: '62704', country: 'US' },
      shippingMethod: 'standard',
    },
  });
  const busIsAway = how.includes('away');
  const { result, spans } = await invoke<RequestResult>(
    'OrdersPlaceOrder',
    { event },
    {
      whole: requestIsWhole,
      variables: busIsAway ? deadBus : {},
    },
  );
  assert.equal(result.statusCode, 201);
  const handler = handlerSpan(spans);
  const sender = { traceId: browser.traceId, spanId: hex(handler.span_id), sampled: true };
  assert.deepEqual(new Set(spans.map(({ trace_id }) => trace_id)), new Set([BigInt(`0x${browser.traceId.slice(16)}`)]));
  const gateway = spans.find(({ name }) => name === 'aws.httpapi');
  assert.equal(gateway && hex(gateway.parent_id), browser.spanId, "the request must continue the browser's span");
  const { id } = JSON.parse(result.body) as { id: string };
  const { rows } = await sql.query("select event, published_at from outbox where event->>'subject' = $1", [id]);
  assert.equal(rows[0].event.traceparent, traceparentOf(sender), 'the event must name the handler span');
  assert.equal(rows[0].published_at === null, busIsAway);
  const call = spans.find(({ name }) => name === 'http.request');
  assert(call && below(call, handler, spans), "the call of the bus must be in the request's trace");
  assert.equal(call.meta['out.host'], '127.0.0.1', 'its span must name the peer');
  console.log(`\nAn order is placed, ${how}: the event in its outbox names ${traceparentOf(sender)}`);
  return { id, sender };
}

/** The relay sends what a request left behind, in a trace of its own; the events keep theirs. */
async function relay({ invoke, sql }: TracedShop, { id, sender }: Placed): Promise<void> {
  const event = { time: new Date(Date.now() + 60_000).toISOString() };
  const { result, spans } = await invoke<{ sent: number }>('OpsRelayOutbox', { event });
  assert(result.sent >= 1, 'the relay must send what was left');
  show(spans);
  assert(!spans.some((span) => traceOf(span) === sender.traceId), "the relay's own work must not be in the order's trace");
  const { rows } = await sql.query("select event, published_at from outbox where event->>'subject' = $1", [id]);
  assert.equal(rows[0].event.traceparent, traceparentOf(sender), 'the relay must leave the trace as it is');
  assert.notEqual(rows[0].published_at, null);
  console.log('\nThe relay has sent it a minute later, from another process.');
}

/** The bus's own event of an order, as its rule puts it into a queue. */
async function messageOf({ bus }: TracedShop, { id, sender }: Placed, change: (event: KelvoEvent) => void = () => {}): Promise<SQSRecord> {
  const { events } = (await (await fetch(`${bus.url}/_local/events`)).json()) as { events: (BusEvent & { detail: KelvoEvent })[] };
  const event = events.find(({ detail }) => detail.type === 'order.created.v1' && detail.subject === id);
  assert(event, `the bus has no event of order ${id}`);
  assert.equal(event.detail.traceparent, traceparentOf(sender), 'the bus must have it with its trace');
  change(event.detail);
  const at = new Date();
  const message = {
    id: randomUUID(),
    queue: 'kelvo-local-notify-people',
    body: eventBody(event),
    receipt: randomUUID(),
    source: null,
    attributes: {},
  };
  return sqsRecord({ ...message, sent_at: at, first_received_at: at, received: 1 });
}

const withoutTrace = (event: KelvoEvent) => {
  delete event.traceparent;
  delete event._datadog;
};

/** A batch of events of several traces: each record's work is in its own. */
async function consumeBatch({ invoke }: TracedShop, records: SQSRecord[], senders: (TraceIds | undefined)[]): Promise<void> {
  const deliveries = (spans: Span[]) => spans.filter(({ name }) => name === 'event.process');
  const { result, spans, lines, failures } = await invoke<SQSBatchResponse>(
    'NotificationsNotifyPeople',
    { event: { Records: records } },
    {
      whole: (all) => all.some(({ name }) => name === 'aws.lambda') && deliveries(all).length === records.length,
    },
  );
  console.log(`\nA batch of ${records.length} in the consumer:`);
  show(spans);
  assert.deepEqual(result, { batchItemFailures: [] });
  for (const [i, record] of records.entries()) {
    verifyDelivery(
      record.messageId,
      { spans, lines },
      {
        sender: senders[i],
        service: 'rum-shop-notifications',
        tags: {
          'span.kind': 'consumer',
          'messaging.system': 'aws_sqs',
          'messaging.operation': 'process',
          'messaging.destination.name': 'kelvo-local-notify-people',
          'cloudevents.event_type': 'order.created.v1',
        },
      },
    );
  }
  const traces = new Set(deliveries(spans).map(traceOf));
  assert.equal(traces.size, records.length, 'each record must have a trace of its own');
  // datadog-lambda-js puts the invocation into its first record's trace: no statement of another record may be there.
  const invocation = handlerSpan(spans);
  const stray = spans.filter((span) => span.name === 'pg.query' && below(span, invocation, spans));
  assert.deepEqual(
    stray.map(({ resource }) => resource),
    [],
    'no statement may be outside of the record that it works for',
  );
  assert.equal(failures, '', "Datadog's checks of the traces must hold");
  console.log('Each record is in the trace of the request that sent it, the one without in a trace of its own.');
}
