import { setTimeout } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  type MessageAttributeValue,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadMessage } from './dead-letter.ts';

/** A queue of SQS, found by its name. */
export interface Queue {
  sqs: SQSClient;
  url: string;
}

/** A message that nobody else receives for now. */
export interface HeldMessage extends DeadMessage {
  receiptHandle: string;
  /** As it was sent: what has to go with the body when it is sent again. */
  sent: { MessageAttributes?: Record<string, MessageAttributeValue>; traceHeader?: string };
}

/** @throws Error when there is no queue of this name */
export async function getQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const queue = await findQueue(sqs, name);
  if (queue === undefined) throw new Error(`There is no queue ${name}`);
  return queue;
}

/** @returns undefined when there is no queue of this name */
export async function findQueue(sqs: SQSClient, name: string): Promise<Queue | undefined> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl === undefined ? undefined : { sqs, url: QueueUrl };
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

/** How many messages are in a queue, about: SQS counts no better. */
export async function countMessages({ sqs, url }: Queue): Promise<{ waiting: number; held: number }> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }));
  const [waiting = 0, held = 0] = AttributeNames.map((name) => Number(Attributes[name] ?? 0));
  return { waiting, held };
}

/** How long others do not see a message that we hold, in seconds, should we end without releasing it. Longer than a request may take. */
const holdSeconds = 30;
/** SQS's most for a call. */
const batchSize = 10;
/** How long we wait for what somebody else holds, in ms. */
const patienceMs = 2_000;

/**
 * Goes over the messages of a queue, each once. SQS shows a message only by handing it out, so each is held, hidden from everybody else, until the
 * end; then those that are left are visible again. Two who look at once each get a part: whoever finds no more while others hold some releases
 * their own, waits a moment, and goes on.
 * @param work takes messages not seen before, and returns those that it left in the queue
 * @param enough ends the visit
 * @param until no further messages are asked for after this instant, in ms
 * @returns whether every message was seen that could be
 */
export async function visitMessages(
  queue: Queue,
  work: (messages: HeldMessage[]) => Promise<readonly HeldMessage[]> | readonly HeldMessage[],
  { enough, until }: { enough: () => boolean; until: number },
): Promise<boolean> {
  const seen = new Set<string>();
  let held: HeldMessage[] = [];
  let waitingSince: number | undefined;
  const releaseHeld = async () => {
    const released = held;
    held = [];
    await release(queue, released);
  };
  try {
    while (!enough()) {
      if (Date.now() >= until) return false;
      const messages = await receive(queue);
      held.push(...messages);
      const fresh = messages.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      if (fresh.length > 0) {
        waitingSince = undefined;
        const left = await work(fresh);
        held = held.filter((message) => !fresh.includes(message) || left.includes(message));
      } else if (messages.length === 0) {
        if ((await countMessages(queue)).held <= held.length) return true;
        waitingSince ??= Date.now();
        if (Date.now() - waitingSince > patienceMs) return false;
        await releaseHeld();
        await setTimeout(50 + Math.random() * 250);
      }
    }
    return true;
  } finally {
    await releaseHeld();
  }
}

/** The messages of a queue, or the first `most` that come, and how many there are, about. */
export async function readMessages(
  queue: Queue,
  { most, until }: { most: number; until: number },
): Promise<{ count: number; messages: HeldMessage[] }> {
  const { waiting, held } = await countMessages(queue);
  const messages: HeldMessage[] = [];
  const take = (fresh: HeldMessage[]) => {
    messages.push(...fresh);
    return fresh;
  };
  const wanted = Math.min(waiting + held, most);
  await visitMessages(queue, take, { enough: () => messages.length >= wanted, until });
  return { count: Math.max(waiting + held, messages.length), messages };
}

async function receive({ sqs, url }: Queue): Promise<HeldMessage[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: batchSize,
      VisibilityTimeout: holdSeconds,
      WaitTimeSeconds: 1, // a call that waits asks all of SQS's servers; one that does not, only some: its empty answer means little
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp', 'AWSTraceHeader'],
    }),
  );
  return Messages.map(heldMessage);
}

function heldMessage({ MessageId = '', Body = '', ReceiptHandle = '', Attributes = {}, MessageAttributes = {} }: Message): HeldMessage {
  const texts = Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue]],
  );
  return {
    id: MessageId,
    body: Body,
    receiptHandle: ReceiptHandle,
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    attributes: Object.fromEntries(texts),
    sent: { MessageAttributes, ...(Attributes.AWSTraceHeader !== undefined && { traceHeader: Attributes.AWSTraceHeader }) },
  };
}

/** Makes messages visible again. What fails here is visible after `holdSeconds`. */
async function release({ sqs, url }: Queue, messages: readonly HeldMessage[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(messages.length / batchSize) }, (_, i) =>
    messages.slice(i * batchSize, (i + 1) * batchSize),
  );
  const calls = batches.map((batch) =>
    sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: batch.map(({ receiptHandle }, i) => ({ Id: String(i), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 })),
      }),
    ),
  );
  await Promise.allSettled(calls);
}

/** What EventBridge writes on an event that it could not deliver: of no use to the consumer, and out of date once the event is sent again. */
const writtenByEventBridge = ['RULE_ARN', 'TARGET_ARN', 'ERROR_CODE', 'ERROR_MESSAGE', 'EXHAUSTED_RETRY_CONDITION', 'RETRY_ATTEMPTS'];

/**
 * Sends a message to a queue, and only then deletes it from the dead letters: a crash in between leaves it in both, which consumers survive
 * (`inbox`), and never in none.
 * @returns its new id
 */
export async function moveMessage(from: Queue, to: Queue, { body, receiptHandle, sent }: HeldMessage): Promise<string> {
  const attributes = Object.entries(sent.MessageAttributes ?? {}).filter(([name]) => !writtenByEventBridge.includes(name));
  const { MessageId = '' } = await to.sqs.send(
    new SendMessageCommand({
      QueueUrl: to.url,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(attributes),
      ...(sent.traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: sent.traceHeader } },
      }),
    }),
  );
  await deleteMessage(from, { receiptHandle });
  return MessageId;
}

export async function deleteMessage({ sqs, url }: Queue, { receiptHandle }: Pick<HeldMessage, 'receiptHandle'>): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
}
