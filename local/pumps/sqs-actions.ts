/**
 * The actions of SQS that Kelvo calls, on the pumps' store, with SQS's own shapes and errors
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/). Any other action is refused.
 */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Queue } from '../template-events.ts';
import { countMessages, receive } from './messages.pg.ts';
import type { Pumps } from './pumps.ts';
import { arnOf, type Message } from './records.ts';
import { hide, remove, send } from './sqs.pg.ts';

/** An error as SQS answers it. */
export class SqsFault extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export interface SqsCall {
  pumps: Pumps;
  /** What the queues' URLs begin with. */
  baseUrl: string;
  /** The caller went away: stop waiting for messages. */
  gone(): boolean;
}

const account = '000000000000';
/** SQS's limit for a message. */
const mostBytes = 1_048_576;

const seconds = (most: number) => z.int().check(z.gte(0), z.lte(most));
const onQueue = { QueueUrl: z.string() };
const Hide = z.object({ ReceiptHandle: z.string(), VisibilityTimeout: seconds(43_200) });
const Attribute = z.object({ DataType: z.string(), StringValue: z.optional(z.string()), BinaryValue: z.optional(z.string()) });

/** An action: the schema of its input, and what it does. */
const action =
  <Schema extends z.ZodMiniType>(schema: Schema, run: (input: z.output<Schema>, call: SqsCall) => Promise<object>) =>
  (input: unknown, call: SqsCall): Promise<object> => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new SqsFault('InvalidParameterValue', `${issue?.path.join('.') || 'The input'}: ${issue?.message}`);
    }
    return run(parsed.data, call);
  };

export const sqsActions: Record<string, (input: unknown, call: SqsCall) => Promise<object>> = {
  ListQueues: action(z.object({ QueueNamePrefix: z._default(z.string(), '') }), async ({ QueueNamePrefix }, { pumps, baseUrl }) => {
    const names = pumps.queueList.map(({ queueName }) => queueName).filter((name) => name.startsWith(QueueNamePrefix));
    return { QueueUrls: names.map((name) => `${baseUrl}/${account}/${name}`) };
  }),

  GetQueueUrl: action(z.object({ QueueName: z.string() }), async ({ QueueName }, { pumps, baseUrl }) => {
    named(pumps, QueueName);
    return { QueueUrl: `${baseUrl}/${account}/${QueueName}` };
  }),

  GetQueueAttributes: action(z.object({ ...onQueue, AttributeNames: z._default(z.array(z.string()), []) }), async (input, { pumps }) => {
    const queue = at(pumps, input);
    const counts = await countMessages(pumps.store, pumps.now());
    const { visible, under_way, delayed } = counts.get(queue.name) ?? { visible: 0, under_way: 0, delayed: 0 };
    const all: Record<string, string> = {
      QueueArn: arnOf('sqs', queue.queueName),
      VisibilityTimeout: String(queue.visibilitySeconds),
      MessageRetentionPeriod: String(queue.retentionSeconds),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(under_way),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
    const asked = (name: string) => input.AttributeNames.includes('All') || input.AttributeNames.includes(name);
    return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => asked(name))) };
  }),

  SendMessage: action(
    z.object({
      ...onQueue,
      MessageBody: z.string().check(z.minLength(1)),
      DelaySeconds: z._default(seconds(900), 0),
      MessageAttributes: z._default(z.record(z.string(), Attribute), {}),
    }),
    async ({ MessageBody: body, MessageAttributes, DelaySeconds: delaySeconds, ...input }, { pumps }) => {
      const queue = at(pumps, input);
      if (Buffer.byteLength(body) > mostBytes)
        throw new SqsFault(
          'InvalidParameterValue',
          `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
        );
      const id = await send(pumps.store, queue.name, { body, attributes: MessageAttributes, delaySeconds }, pumps.now());
      pumps.wake(queue.name);
      return { MessageId: id, MD5OfMessageBody: md5(body) };
    },
  ),

  ReceiveMessage: action(
    z.object({
      ...onQueue,
      MaxNumberOfMessages: z._default(z.int().check(z.gte(1), z.lte(10)), 1),
      VisibilityTimeout: z.optional(seconds(43_200)),
      WaitTimeSeconds: z._default(seconds(20), 0),
    }),
    async ({ MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds, ...input }, { pumps, gone }) => {
      const queue = at(pumps, input);
      const held = { ...queue, visibilitySeconds: VisibilityTimeout ?? queue.visibilitySeconds };
      const until = Date.now() + WaitTimeSeconds * 1_000;
      for (;;) {
        const { messages } = await receive(pumps.store, held, MaxNumberOfMessages, pumps.now());
        if (messages.length > 0) return { Messages: messages.map(received) };
        if (Date.now() >= until || gone()) return {};
        await setTimeout(50);
      }
    },
  ),

  DeleteMessage: action(z.object({ ...onQueue, ReceiptHandle: z.string() }), async ({ ReceiptHandle, ...input }, { pumps }) => {
    await remove(pumps.store, at(pumps, input).name, receiptOf(ReceiptHandle));
    return {};
  }),

  ChangeMessageVisibility: action(z.extend(Hide, onQueue), async ({ ReceiptHandle, VisibilityTimeout, ...input }, { pumps }) => {
    await hideMessage(pumps, at(pumps, input), ReceiptHandle, VisibilityTimeout);
    return {};
  }),

  ChangeMessageVisibilityBatch: action(
    z.object({ ...onQueue, Entries: z.array(z.extend(Hide, { Id: z.string() })).check(z.minLength(1), z.maxLength(10)) }),
    async ({ Entries, ...input }, { pumps }) => {
      const queue = at(pumps, input);
      const Successful: { Id: string }[] = [];
      const Failed: { Id: string; Code: string; Message: string; SenderFault: true }[] = [];
      for (const { Id, ReceiptHandle, VisibilityTimeout } of Entries) {
        try {
          await hideMessage(pumps, queue, ReceiptHandle, VisibilityTimeout);
          Successful.push({ Id });
        } catch (error) {
          if (!(error instanceof SqsFault)) throw error;
          Failed.push({ Id, Code: error.type, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },
  ),
};

async function hideMessage(pumps: Pumps, queue: Queue, handle: string, seconds: number): Promise<void> {
  const known = await hide(pumps.store, queue.name, receiptOf(handle), seconds, pumps.now());
  if (!known) throw new SqsFault('MessageNotInflight', 'The message is not in flight.');
  if (seconds === 0) pumps.wake(queue.name);
}

function named({ queueList }: Pumps, name: string | undefined): Queue {
  const queue = queueList.find(({ queueName }) => queueName === name);
  if (queue === undefined) throw new SqsFault('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}

const at = (pumps: Pumps, { QueueUrl }: { QueueUrl: string }): Queue => named(pumps, QueueUrl.split('/').at(-1));

function receiptOf(handle: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(handle))
    throw new SqsFault('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  return handle;
}

const received = ({ id, body, receipt, sent_at, first_received_at, received, source, attributes }: Message) => ({
  MessageId: id,
  ReceiptHandle: receipt,
  Body: body,
  MD5OfBody: md5(body),
  Attributes: {
    SenderId: account,
    SentTimestamp: String(sent_at.getTime()),
    ApproximateFirstReceiveTimestamp: String(first_received_at.getTime()),
    ApproximateReceiveCount: String(received),
    ...(source !== null && { DeadLetterQueueSourceArn: arnOf('sqs', source) }),
  },
  ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
});

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
