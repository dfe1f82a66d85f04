import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { SQSBatchResponse } from 'aws-lambda';
import type { BusEvent } from '#local/pumps/bus.ts';
import { arnOf, eventBody, kinesisRecord, shardId, sqsRecord } from '#local/pumps/records.ts';
import type { KelvoEvent } from '#platform/events/event.ts';
import { headersOf, newTraceIds, type TraceIds, traceparentOf } from '#platform/telemetry/trace-ids.ts';
import { requestIsWhole } from './check-requests.ts';
import { type LambdaCall, startLambda } from './lambda-api.ts';
import { requestEvent } from './request.ts';
import type { TracedShop } from './shop.ts';
import type { Span } from './tools.ts';
import {
  below,
  handlerSpan,
  hex,
  type RequestResult,
  show,
  traceOf,
  verifyDelivery,
  verifyHealth,
  verifyLine,
  verifyStatements,
} from './verify.ts';

/** An order that was placed in somebody's trace, and what its event has to name as its sender. */
interface Placed {
  id: string;
  sender: TraceIds;
}

/** The asynchronous half, hop by hop: outbox → bus, also by the relay after a crash → queue → consumer → mail; and bus → stream → consumer. */
export async function checkEvents(shop: TracedShop): Promise<void> {
  const direct = await placeOrder(shop, 'in time');
  const late = await placeOrder(shop, 'too late: the bus is away');
  const lost = await placeOrder(shop, 'in time, its trace is lost on the way');
  await relay(shop, late); // and whatever a busy machine did not bring to the bus within 250 ms

  const orders = [direct, late, lost];
  const events = [await eventOf(shop, direct), await eventOf(shop, late), await eventOf(shop, lost)];
  loseTrace(events[2]);
  const senders = orders.map(({ sender }) => (sender === lost.sender ? undefined : sender));
  const mails = await consumeBatch(shop, events, senders);
  await sendMail(shop, mails);
  await rollUp(shop, events, senders);
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
  if (busIsAway) assert.equal(rows[0].published_at, null);
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
  assert(!spans.some((span) => traceOf(span, spans) === sender.traceId), "the relay's own work must not be in the order's trace");
  const { rows } = await sql.query("select event, published_at from outbox where event->>'subject' = $1", [id]);
  assert.equal(rows[0].event.traceparent, traceparentOf(sender), 'the relay must leave the trace as it is');
  assert.notEqual(rows[0].published_at, null);
  console.log('\nThe relay has sent it a minute later, from another process.');
}

type OrderEvent = BusEvent & { detail: KelvoEvent };

/** The bus's own event of an order. */
async function eventOf({ bus }: TracedShop, { id, sender }: Placed): Promise<OrderEvent> {
  const { events } = (await (await fetch(`${bus.url}/_local/events`)).json()) as { events: OrderEvent[] };
  const event = events.find(({ detail }) => detail.type === 'order.created.v1' && detail.subject === id);
  assert(event, `the bus has no event of order ${id}`);
  assert.equal(event.detail.traceparent, traceparentOf(sender), 'the bus must have it with its trace');
  return event;
}

function loseTrace(event: OrderEvent | undefined): void {
  delete event?.detail.traceparent;
  delete event?.detail._datadog;
}

/** A process reads for itself which faults are on (platform/faults), where the stage allows them: that statement is for no record. */
const ofTheProcess = /\bfrom demo_runs\b/;

const secrets = ['ada@trace-check', '1 Road'];
const deliveriesIn = (spans: Span[]) => spans.filter(({ name }) => name === 'event.process');
const isWhole = (records: number) => (spans: Span[]) =>
  spans.some(({ name }) => name === 'aws.lambda') && deliveriesIn(spans).length === records;

/** A mail on its way to the function that sends it, and the span that it has to continue. */
interface MailOnItsWay extends LambdaCall {
  sender: TraceIds;
}

/** A batch of events of several traces: the work for each record is in the record's own, down to the mail. */
async function consumeBatch({ invoke }: TracedShop, events: OrderEvent[], senders: (TraceIds | undefined)[]): Promise<MailOnItsWay[]> {
  const queue = 'kelvo-local-notify-people';
  const at = new Date();
  const records = events.map((event) =>
    sqsRecord({
      id: randomUUID(),
      queue,
      body: eventBody(event),
      receipt: randomUUID(),
      source: null,
      attributes: {},
      sent_at: at,
      first_received_at: at,
      received: 1,
    }),
  );
  const lambda = await startLambda({ outcome: 'done', providerId: 'trace-check' });
  const { result, spans, lines, failures } = await invoke<SQSBatchResponse>(
    'NotificationsNotifyPeople',
    { event: { Records: records } },
    { whole: isWhole(records.length), variables: { MAIL_TRANSPORT: 'ses', LAMBDA_ENDPOINT: lambda.url } },
  ).finally(lambda.stop);
  console.log(`\nA batch of ${records.length} in the consumer:`);
  show(spans);
  assert.deepEqual(result, { batchItemFailures: [] });
  const mails: MailOnItsWay[] = [];
  for (const [i, { messageId }] of records.entries()) {
    const span = verifyDelivery(messageId, spans, {
      sender: senders[i],
      service: 'rum-shop-notifications',
      tags: {
        'span.kind': 'consumer',
        'messaging.system': 'aws_sqs',
        'messaging.operation': 'process',
        'messaging.destination.name': queue,
        'cloudevents.event_type': 'order.created.v1',
        'cloudevents.event_id': events[i]?.detail.id ?? '',
      },
    });
    verifyStatements(span, spans);
    verifyLine(
      lines.find((line) => line.message_id === messageId),
      span,
      spans,
    );
    const [sent] = spans.filter((each) => each.name === 'mail.send' && below(each, span, spans));
    assert(sent, 'the mail must have a span below its record');
    assert.deepEqual([sent.meta['span.kind'], sent.meta['mail.transport'], sent.meta['out.host']], ['client', 'ses', '127.0.0.1']);
    assert(
      spans.some((each) => each.name === 'http.request' && below(each, sent, spans)),
      'the call that hands it over must be below that',
    );
    const call = lambda.calls[i];
    assert(call, 'each mail must have been handed over');
    mails.push({ ...call, sender: { traceId: traceOf(span, spans), spanId: hex(sent.span_id), sampled: true } });
  }
  const traces = new Set(deliveriesIn(spans).map((span) => traceOf(span, spans)));
  assert.equal(traces.size, records.length, 'each record must have a trace of its own');
  // datadog-lambda-js puts the invocation into its first record's trace: no statement of another record may be there.
  const stray = spans.filter(
    (span) => span.name === 'pg.query' && below(span, handlerSpan(spans), spans) && !ofTheProcess.test(span.resource),
  );
  assert.deepEqual(
    stray.map(({ resource }) => resource),
    [],
    'no statement may be outside of the record that it works for',
  );
  verifyHealth({ spans, lines, failures }, secrets);
  console.log('Each record is in the trace of the request that sent it, the one without in a trace of its own.');
  return mails;
}

/** The function that hands mails to SES goes on below the span that called it. */
async function sendMail({ invoke }: TracedShop, mails: MailOnItsWay[]): Promise<void> {
  for (const { event, clientContext, sender } of mails) {
    const { result, spans, lines, failures } = await invoke<{ outcome: string }>('NotificationsSendMail', { event, clientContext });
    console.log('\nIts mail:');
    show(spans);
    assert.equal(result.outcome, 'done');
    const handler = handlerSpan(spans);
    assert.equal(handler.service, 'rum-shop-notifications');
    assert.deepEqual(
      [traceOf(handler, spans), hex(handler.parent_id)],
      [sender.traceId, sender.spanId],
      'the mail must continue the span that sends it',
    );
    const [call] = spans.filter(({ name }) => name === 'http.request');
    assert(call && below(call, handler, spans) && call.meta['out.host'] === '127.0.0.1', "SES's call must be there, with its peer");
    verifyLine(
      lines.find(({ message }) => message === 'call'),
      handler,
      spans,
    );
    verifyHealth({ spans, lines, failures }, secrets);
  }
}

/** The stream's consumer works on a batch as a whole: each record has a span in its own trace; the statements are in the call's. */
async function rollUp({ invoke }: TracedShop, events: OrderEvent[], senders: (TraceIds | undefined)[]): Promise<void> {
  const stream = 'kelvo-local-order-events';
  const Records = events.map((event, i) =>
    kinesisRecord(stream, { sequence: i + 1, partition_key: event.id, data: eventBody(asPaid(event)), arrived_at: new Date() }),
  );
  const window = {
    window: { start: '2026-11-20T21:15:00Z', end: '2026-11-20T21:16:00Z' },
    state: {},
    shardId,
    eventSourceARN: arnOf('kinesis', stream),
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
  };
  const { spans, lines, failures } = await invoke(
    'AnalyticsRollUpSales',
    { event: { Records, ...window } },
    { whole: isWhole(Records.length) },
  );
  console.log(`\nThe same ${Records.length}, paid, in the stream's consumer:`);
  show(spans);
  for (const [i, { kinesis }] of Records.entries()) {
    verifyDelivery(kinesis.sequenceNumber, spans, {
      sender: senders[i],
      service: 'rum-shop-analytics',
      tags: {
        'span.kind': 'consumer',
        'messaging.system': 'aws_kinesis',
        'messaging.operation': 'process',
        'messaging.destination.name': stream,
        'cloudevents.event_type': 'order.paid.v1',
      },
    });
  }
  verifyStatements(handlerSpan(spans), spans);
  verifyLine(
    lines.find(({ message }) => message === 'events'),
    handlerSpan(spans),
    spans,
  );
  verifyHealth({ spans, lines, failures }, secrets);
  console.log('Each record is in its own trace here, too.');
}

/** The order's event as it is once the order is paid. */
const asPaid = (event: OrderEvent): OrderEvent => ({
  ...event,
  'detail-type': 'order.paid.v1',
  detail: { ...event.detail, id: randomUUID(), type: 'order.paid.v1', data: { ...(event.detail.data as object), status: 'paid' } },
});
