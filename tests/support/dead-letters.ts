import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { startGateway } from '#local/gateway/server.ts';
import { startPumps } from '#local/pumps/pumps.ts';
import { freshDatabase } from './database.ts';
import { busEventOf, eventOf } from './deliveries.ts';
import { unitStack } from './unit-stack.ts';

/** The template's queues behind SQS's API, in a database of their own, and nobody who reads them: for tests in which nothing may happen by itself. */
export async function startQueues() {
  const database = await freshDatabase('bare');
  const { template } = unitStack();
  const events = { ...template.events, rules: [], queueReaders: [], streamReaders: [] };
  const gateway = await startGateway({
    functions: [],
    env: {},
    pumps: (invoke) => startPumps({ template: { events }, invoke, databaseUrl: database.adminUrl }),
  });
  return {
    ...deadLettersOf(gateway.url),
    endpoint: `${gateway.url}/_local/sqs`,
    database,
    async end() {
      await gateway.close(0);
      await database.end();
    },
  };
}

/** The queue that these tests are about, its dead letters, and how a message comes there. */
export function deadLettersOf(shopUrl: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const sqs = new SQSClient({ region: 'us-east-1', endpoint: `${shopUrl}/_local/sqs`, credentials });
  const urlOf = async (name: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
  const dead = 'kelvo-local-notify-people-dead-letters';
  return {
    sqs,
    urlOf,
    /** @returns the message's id */
    async put(body: string, attributes: Record<string, MessageAttributeValue> = {}, name = dead): Promise<string> {
      const { MessageId } = await sqs.send(
        new SendMessageCommand({ QueueUrl: await urlOf(name), MessageBody: body, MessageAttributes: attributes }),
      );
      return MessageId ?? '';
    },
    /** How many messages a queue has, held ones too. */
    async count(name = dead): Promise<number> {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: await urlOf(name), AttributeNames: [...AttributeNames] }),
      );
      return AttributeNames.reduce((sum, each) => sum + Number(Attributes[each]), 0);
    },
    /** Holds a message for as long as somebody who looks, and dies, would. */
    hold: async (seconds: number) => {
      const held = { MaxNumberOfMessages: 1, VisibilityTimeout: seconds };
      await sqs.send(new ReceiveMessageCommand({ QueueUrl: await urlOf(dead), ...held }));
    },
  };
}

const money = { amount: 1999, currency: 'USD' } as const;

/** What the bus sends when an order was placed. By default for one that there is not: no consumer can do anything with that. */
export function orderCreated(orderId: string = randomUUID()) {
  const event = eventOf(orderEvents.created, {
    orderId,
    number: 'K-0000-0000',
    status: 'pending_payment',
    total: money,
    items: [],
    buyer: 'nobody',
    reason: null,
  });
  return { event, body: JSON.stringify(busEventOf(event)) };
}

/**
 * SQS behind a process that a test controls: it fails or hangs in calls whose name `failing` or `hanging` fits.
 * @param stage what the queues of the stage `local` are called by
 */
export async function startSqsProxy(endpoint: string, { stage = 'local' }: { stage?: string } = {}) {
  const named = (text: string, from: string, to: string) => text.replaceAll(`kelvo-${from}-`, `kelvo-${to}-`);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = String(request.headers['x-amz-target']);
    if (proxy.hanging?.test(target)) return;
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (proxy.failing?.test(target)) return void response.writeHead(500).end('{"__type": "com.amazonaws.sqs#InternalFailure"}');
    const body = named(Buffer.concat(chunks).toString(), stage, 'local');
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
    const answer = await fetch(endpoint, { method: 'POST', body, headers });
    response.writeHead(answer.status).end(named(await answer.text(), 'local', stage));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failing: undefined as RegExp | undefined,
    hanging: undefined as RegExp | undefined,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
