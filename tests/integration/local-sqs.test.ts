/** SQS's API on this machine, asked by SQS's own client: what its documentation says that SQS answers. */
import { request } from 'node:http';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '#local/gateway/server.ts';
import { startPumps } from '#local/pumps/pumps.ts';
import { evaluateTemplate } from '#local/template.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';

const template = evaluateTemplate(`
Resources:
  Mails:
    Type: AWS::SQS::Queue
    Properties: {QueueName: shop-mails, VisibilityTimeout: 180, RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadMails.Arn, maxReceiveCount: 2}}
  DeadMails: {Type: AWS::SQS::Queue, Properties: {QueueName: shop-mails-dead-letters}}
`);

let database: TestDatabase;
let gateway: Gateway;
let sqs: SQSClient;
let QueueUrl: string;
beforeAll(async () => {
  database = await freshDatabase('bare');
  const pumps = (invoke: Gateway['invoke']) => startPumps({ template, invoke, databaseUrl: database.adminUrl });
  gateway = await startGateway({ functions: [], env: {}, pumps });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  sqs = new SQSClient({ region: 'us-east-1', endpoint: `${gateway.url}/_local/sqs`, credentials, maxAttempts: 1 });
  QueueUrl = `${gateway.url}/_local/sqs/000000000000/shop-mails`;
});
beforeEach(() => database.query('truncate aws.messages'));
afterAll(async () => {
  sqs.destroy();
  await gateway.close(0);
  await database.end();
});

const send = (MessageBody: string, more = {}) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (more = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], ...more }))).Messages ?? [];
const counts = async () => {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const of = (kind: '' | 'NotVisible' | 'Delayed') => Number(Attributes[`ApproximateNumberOfMessages${kind}`]);
  return { visible: of(''), held: of('NotVisible'), delayed: of('Delayed') };
};

describe('a queue', () => {
  it('is found by its name, and listed by what its name begins with', async () => {
    expect(await sqs.send(new GetQueueUrlCommand({ QueueName: 'shop-mails' }))).toMatchObject({ QueueUrl });
    const listed = async (QueueNamePrefix?: string) =>
      (await sqs.send(new ListQueuesCommand({ ...(QueueNamePrefix && { QueueNamePrefix }) }))).QueueUrls;
    expect(await listed()).toEqual([QueueUrl, `${QueueUrl}-dead-letters`]);
    expect(await listed('shop-mails-')).toEqual([`${QueueUrl}-dead-letters`]);
    expect(await listed('other')).toEqual([]);
  });

  it('that there is not is SQS’s error, whatever is asked of it', async () => {
    const gone = { QueueUrl: `${QueueUrl}-gone` };
    for (const command of [
      new GetQueueUrlCommand({ QueueName: 'shop-mails-gone' }),
      new GetQueueAttributesCommand({ ...gone, AttributeNames: ['All'] }),
      new SendMessageCommand({ ...gone, MessageBody: 'x' }),
      new ReceiveMessageCommand(gone),
      new DeleteMessageCommand({ ...gone, ReceiptHandle: 'x' }),
    ])
      await expect(sqs.send(command as GetQueueUrlCommand)).rejects.toMatchObject({ name: 'QueueDoesNotExist', $fault: 'client' });
  });
});

describe('a message', () => {
  it('is received as it was sent, once, until it is visible again or deleted', async () => {
    const origin = { DataType: 'String', StringValue: 'a test' };
    const { MessageId } = await send('{"a": "ü"}', { MessageAttributes: { origin } });
    const [first] = await receive({ VisibilityTimeout: 600, MessageSystemAttributeNames: ['All'] });
    expect(first).toMatchObject({
      MessageId,
      Body: '{"a": "ü"}',
      MessageAttributes: { origin },
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
    expect(await receive()).toEqual([]);
    expect(await counts()).toEqual({ visible: 0, held: 1, delayed: 0 });
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }));
    expect(await counts()).toEqual({ visible: 1, held: 0, delayed: 0 });
    const [second] = await receive();
    expect(second).toMatchObject({ MessageId });
    // The handle of an earlier receiving deletes nothing.
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    expect(await counts()).toEqual({ visible: 0, held: 1, delayed: 0 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    expect(await counts()).toEqual({ visible: 0, held: 0, delayed: 0 });
  });

  it('that was received too often is among the dead letters, with its id', async () => {
    const { MessageId } = await send('poison');
    for (let i = 0; i < 2; i++) expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1);
    expect(await receive()).toEqual([]);
    expect(await receive({ QueueUrl: `${QueueUrl}-dead-letters` })).toMatchObject([{ MessageId, Body: 'poison' }]);
  });

  it('may be delayed', async () => {
    await send('later', { DelaySeconds: 600 });
    expect(await receive()).toEqual([]);
    expect(await counts()).toEqual({ visible: 0, held: 0, delayed: 1 });
  });

  it('comes to whoever waits for one', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('at last');
    expect(await waiting).toMatchObject([{ Body: 'at last' }]);
  });

  it('is received with others, ten at most, and released with them', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => send(`no. ${i}`)));
    const messages = await receive({ MaxNumberOfMessages: 10 });
    expect(messages).toHaveLength(10);
    const unknown = '0192e4a0-7b1c-7def-8a1b-2c3d4e5f6071';
    const handles = [...messages.slice(0, 8).map(({ ReceiptHandle }) => ReceiptHandle), unknown, 'nonsense'];
    const Entries = handles.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle, VisibilityTimeout: 0 }));
    const { Successful = [], Failed = [] } = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(Successful.map(({ Id }) => Id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(Failed.map(({ Id, Code }) => [Id, Code])).toEqual([
      ['8', 'MessageNotInflight'],
      ['9', 'ReceiptHandleIsInvalid'],
    ]);
    expect(await counts()).toEqual({ visible: 10, held: 2, delayed: 0 });
  });
});

describe('what SQS refuses is refused here', () => {
  it.each([
    ['a message of more than 1 MiB', () => send('x'.repeat(1_048_577))],
    ['an empty message', () => send('')],
    ['eleven messages at once', () => receive({ MaxNumberOfMessages: 11 })],
    ['to hide a message for 13 hours', () => receive({ VisibilityTimeout: 46_800 })],
    ['to wait for a minute', () => receive({ WaitTimeSeconds: 60 })],
    ['to delay for an hour', () => send('x', { DelaySeconds: 3_600 })],
  ])('%s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'InvalidParameterValue', $fault: 'client' });
  });

  it('an action that is not there says where those are that are', async () => {
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining('sqs-actions.ts'),
    });
  });

  it.each(['toString', '__proto__', ''])('an action named %j', async (action) => {
    expect(await post({ 'x-amz-target': `AmazonSQS.${action}` }, '{}')).toMatchObject({ status: 400 });
  });

  it('a body that is no JSON', async () => {
    expect(await post({ 'x-amz-target': 'AmazonSQS.ListQueues' }, 'no JSON')).toMatchObject({
      status: 400,
      body: expect.stringContaining('no JSON'),
    });
  });
});

describe('only programs of this machine are answered:', () => {
  it('a page of another host name, which points here, is not', async () => {
    expect(await post({ 'x-amz-target': 'AmazonSQS.ListQueues', host: 'evil.example' }, '{}')).toMatchObject({ status: 403 });
  });

  it('a form, which sends no header of its own, is not', async () => {
    expect(await post({ 'content-type': 'text/plain' }, '{"QueueName": "shop-mails"}')).toMatchObject({ status: 400 });
  });
});

/** fetch sets the header `host` itself. */
function post(headers: Record<string, string>, body: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${gateway.url}/_local/sqs`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
