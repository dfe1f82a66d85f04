// npm run aws:check: what we say to AWS, and what the local pumps do in its place, against counterparts that run without an account: moto
// (EventBridge, SQS, Kinesis, SES, SNS as single services) and AWS's own matcher of event patterns.
import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { compilePattern } from '#local/pumps/patterns.ts';
import { eventBody, kinesisRecord, sqsRecord } from '#local/pumps/records.ts';
import { unitStack } from '#tests/support/unit-stack.ts';
import { unitVariables } from '#tests/support/variables.ts';
import { checkDeadLetters } from './aws-check/dead-letters.ts';
import { checkPatterns } from './aws-check/patterns.ts';
import { credentials, region, startMoto } from './aws-check/tools.ts';
import { takesNothing } from './command-line.ts';
import { declaredEvents } from './docs/events.ts';

takesNothing(`Usage: npm run aws:check

What we say to AWS (events, queues, streams, SES) and what runs in its place here, against moto and AWS's own matcher of patterns, in about a minute.
Needs Python 3.10 or later, and for the patterns a JDK and Maven. Ends with 0; with 1 when something differs.`);

const bus = 'kelvo-aws-check';

/** As CloudFormation would make them: the template's queues, stream and rules. Of a rule for another bus than ours only the pattern is used. */
const { template } = unitStack();
const { rules, queues } = template.events;
const moto = await startMoto();

Object.assign(process.env, unitVariables, {
  EVENT_BUS_NAME: bus,
  EVENT_BUS_ENDPOINT: moto.url,
  SES_ENDPOINT: moto.url,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});
const { putEvents } = await import('#platform/events/bus.ts');
const { makeEvent } = await import('#platform/events/event.ts');
const { sendBySes } = await import('#functions/notifications/lib/ses.client.ts');

interface SqsMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string>;
}
const urls = new Map<string, string>();
const queueArn = (name: string) => `arn:aws:sqs:${region}:123456789012:${name}`;
async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<void> {
  const { QueueUrl } = await moto.call<{ QueueUrl: string }>('AmazonSQS.CreateQueue', { QueueName: name, Attributes: attributes });
  urls.set(name, QueueUrl);
}
async function receive(name: string, visibility = 30): Promise<SqsMessage[]> {
  const { Messages = [] } = await moto.call<{ Messages?: SqsMessage[] }>('AmazonSQS.ReceiveMessage', {
    QueueUrl: urls.get(name),
    MaxNumberOfMessages: 10,
    AttributeNames: ['All'],
    VisibilityTimeout: visibility,
  });
  return Messages;
}
async function receiveAll(name: string): Promise<SqsMessage[]> {
  const all: SqsMessage[] = [];
  for (let batch = await receive(name); batch.length > 0; batch = await receive(name)) all.push(...batch);
  return all;
}

const subject = randomUUID();
/** An event of each declared type, as the outbox has it. What is in its data no rule looks at. */
const events = declaredEvents.map(({ event }) =>
  makeEvent(event.type, subject, { orderId: subject, amount: { amount: 12_999, currency: 'USD' } }, new Date(), undefined),
);
/** The keys of an event that a target gets, as EventBridge documents them (eb-events-structure). */
const keys = ['account', 'detail', 'detail-type', 'id', 'region', 'resources', 'source', 'time', 'version'];
const onBus = (event: (typeof events)[number]) => ({ source: event.source, 'detail-type': event.type, detail: { ...event } });

const checks: Record<string, () => Promise<string> | string> = {
  'patterns, by AWS’s own matcher': () => checkPatterns(rules, events.map(onBus), randomInt(2 ** 31)),

  'publisher and rules, by EventBridge to SQS': async () => {
    await moto.call('AWSEvents.CreateEventBus', { Name: bus });
    for (const { name, pattern } of rules) {
      await createQueue(name);
      await moto.call('AWSEvents.PutRule', { Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) });
      await moto.call('AWSEvents.PutTargets', { Rule: name, EventBusName: bus, Targets: [{ Id: 'queue', Arn: queueArn(name) }] });
    }
    for (let i = 0; i < events.length; i += 10) {
      const refusals = await putEvents(events.slice(i, i + 10), 5_000);
      assert.deepEqual(refusals.filter(Boolean), []);
    }
    let delivered = 0;
    for (const { name, pattern } of rules) {
      const matches = compilePattern(pattern, name);
      const bodies = (await receiveAll(name)).map(({ Body }) => JSON.parse(Body) as Record<string, unknown> & { detail: { id: string } });
      const expected = events.filter((event) => matches(onBus(event)));
      assert.deepEqual(
        bodies.map(({ detail }) => detail.id).sort(),
        expected.map(({ id }) => id).sort(),
        `${name} gets what its pattern names`,
      );
      for (const body of bodies) {
        // moto leaves the account out.
        assert.deepEqual([...new Set([...Object.keys(body), 'account'])].sort(), keys);
        assert.deepEqual(body.detail, JSON.parse(JSON.stringify(events.find(({ id }) => id === body.detail.id))));
      }
      delivered += bodies.length;
    }
    const [event] = events as [(typeof events)[number]];
    const local = { version: '0' as const, id: '', account: '', time: '', region, resources: [], bus, ...onBus(event) };
    assert.deepEqual(Object.keys(JSON.parse(eventBody(local))).sort(), keys);
    return `${events.length} declared events put, ${delivered} delivered by ${rules.length} rules`;
  },

  'the shape of a message, by SQS': async () => {
    await createQueue('shape');
    const body = JSON.stringify(onBus(events[0] as (typeof events)[number]));
    await moto.call('AmazonSQS.SendMessage', { QueueUrl: urls.get('shape'), MessageBody: body });
    const [theirs] = await receive('shape');
    assert.ok(theirs);
    const now = new Date();
    const ours = sqsRecord({
      id: randomUUID(),
      queue: 'shape',
      body,
      sent_at: now,
      first_received_at: now,
      received: 1,
      receipt: 'receipt',
      source: null,
      attributes: {},
    });
    assert.equal(ours.md5OfBody, theirs.MD5OfBody);
    assert.equal(ours.body, theirs.Body);
    assert.deepEqual(Object.keys(ours.attributes).sort(), Object.keys(theirs.Attributes).sort());
    assert.equal(ours.attributes.ApproximateReceiveCount, theirs.Attributes.ApproximateReceiveCount);
    for (const name of ['SentTimestamp', 'ApproximateFirstReceiveTimestamp'] as const) {
      assert.match(ours.attributes[name] ?? '', /^\d{13}$/);
      assert.match(theirs.Attributes[name] ?? '', /^\d{13}$/);
    }
    return Object.keys(ours.attributes).join(', ');
  },

  'receive counts and dead letters, by SQS': async () => {
    const limit = queues.find(({ deadLetters }) => deadLetters)?.deadLetters?.maxReceiveCount ?? 5;
    await createQueue('dead');
    await createQueue('alive', { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: limit }) });
    await moto.call('AmazonSQS.SendMessage', { QueueUrl: urls.get('alive'), MessageBody: '{}' });
    let received = 0;
    while ((await receive('alive', 0)).length > 0) received += 1;
    assert.equal(received, limit);
    assert.equal((await receive('dead')).length, 1);
    return `received ${limit} times, then dead`;
  },

  'dead letters of a deployed stage, by SQS': () => checkDeadLetters(moto),

  'the shape of a record, by Kinesis': async () => {
    const StreamName = 'orders';
    await moto.call('Kinesis_20131202.CreateStream', { StreamName, ShardCount: 1 });
    const data = JSON.stringify(onBus(events[0] as (typeof events)[number]));
    const before = Date.now() / 1_000;
    await moto.call('Kinesis_20131202.PutRecord', { StreamName, PartitionKey: subject, Data: Buffer.from(data).toString('base64') });
    const { ShardIterator } = await moto.call<{ ShardIterator: string }>('Kinesis_20131202.GetShardIterator', {
      ...{ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
    });
    type Records = { Records: { Data: string; PartitionKey: string; SequenceNumber: string; ApproximateArrivalTimestamp: number }[] };
    const { Records } = await moto.call<Records>('Kinesis_20131202.GetRecords', { ShardIterator });
    const [theirs] = Records;
    const { kinesis } = kinesisRecord(StreamName, { sequence: 1, partition_key: subject, data, arrived_at: new Date() });
    assert.equal(kinesis.data, theirs?.Data);
    assert.equal(kinesis.partitionKey, theirs?.PartitionKey);
    for (const at of [kinesis.approximateArrivalTimestamp, theirs?.ApproximateArrivalTimestamp ?? 0]) assert.ok(Math.abs(at - before) < 60);
    return 'data, partition key, arrival in seconds';
  },

  'mails, by SES': async () => {
    const mail = {
      id: randomUUID(),
      from: 'Kelvo <orders@shop.example>',
      to: 'ada@shop.example',
      subject: 'Ü',
      html: '<p>ü</p>',
      text: 'ü',
      headers: {},
    };
    const refused = await sendBySes(mail);
    assert.equal(refused.outcome, 'away', 'a sender that is not verified is our fault, not the mail’s');
    await moto.put('ses', '/v2/email/identities', { EmailIdentity: 'shop.example' });
    const sent = await sendBySes(mail);
    assert.equal(sent.outcome, 'done', JSON.stringify(sent));
    return 'an unverified sender waits, a verified one sends';
  },
};

let failures = 0;
try {
  for (const [name, check] of Object.entries(checks)) {
    try {
      console.log(`ok      ${name}: ${await check()}`);
    } catch (error) {
      failures += 1;
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  await moto.stop();
}
process.exit(failures === 0 ? 0 : 1);
