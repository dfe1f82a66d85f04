import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { GetQueueUrlCommand, type MessageAttributeValue, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { orderEvents } from '#functions/orders/lib/contract.ts';
import { startGateway } from '#local/gateway/server.ts';
import { startPumps } from '#local/pumps/pumps.ts';
import { readLocalStack } from '#local/values.ts';
import { freshDatabase } from './database.ts';
import { busEventOf, eventOf } from './deliveries.ts';
import { unitVariables } from './variables.ts';

/** The template's queues behind SQS's API, in a database of their own, and nobody who reads them: for tests in which nothing may happen by itself. */
export async function startQueues() {
  const database = await freshDatabase('bare');
  const { template } = readLocalStack(join(import.meta.dirname, '../../template.yaml'), {}, unitVariables);
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
    async put(body: string, attributes: Record<string, MessageAttributeValue> = {}): Promise<string> {
      const { MessageId } = await sqs.send(
        new SendMessageCommand({ QueueUrl: await urlOf(dead), MessageBody: body, MessageAttributes: attributes }),
      );
      return MessageId ?? '';
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
