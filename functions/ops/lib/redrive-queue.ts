import type { SQSClient } from '@aws-sdk/client-sqs';
import { namesRecordsOnly } from './dead-letter.ts';
import { findQueue, getQueue, type HeldMessage, moveMessage, type Queue, visitMessages } from './dead-letters.client.ts';

export interface Redriven {
  /** Ids of the dead letters that are in their queue again. */
  moved: string[];
  /** Ids of those that were found and cannot be sent back, because their consumer reads a stream. */
  kept: string[];
  /** False when time was over before every dead letter was seen. */
  all: boolean;
}

/**
 * Sends dead letters back to the queue that they died in: those of `wanted`, else all. One that dies again meanwhile stays where it is.
 * @param wanted ids, of which those that are found are taken out
 * @param before runs once, when the first is about to be sent
 * @param until no further batch is begun after this instant, in ms, nor when the signal has aborted
 */
export async function redriveQueue(
  sqs: SQSClient,
  names: { queue: string; deadLetters: string },
  { wanted, before, until, signal }: { wanted?: Set<string>; before?: () => Promise<void>; until: number; signal?: AbortSignal },
): Promise<Redriven> {
  const [from, to] = await Promise.all([getQueue(sqs, names.deadLetters), findQueue(sqs, names.queue)]);
  const moved: string[] = [];
  const kept: string[] = [];
  /** Ids of what was sent: one that died again meanwhile would go round in circles. */
  const back = new Set<string>();

  async function redrive(from: Queue, messages: HeldMessage[]): Promise<HeldMessage[]> {
    const meant = messages.filter(({ id }) => !back.has(id) && (wanted === undefined || wanted.delete(id)));
    const sendable = to === undefined ? [] : meant.filter((message) => !namesRecordsOnly(message));
    kept.push(...meant.filter((message) => !sendable.includes(message)).map(({ id }) => id));
    if (to !== undefined && sendable.length > 0) await move(from, to, sendable);
    return messages.filter((message) => !sendable.includes(message));
  }

  async function move(from: Queue, to: Queue, messages: HeldMessage[]): Promise<void> {
    if (moved.length === 0) await before?.();
    const moves = messages.map(async (message) => {
      back.add(await moveMessage(from, to, message));
      moved.push(message.id);
    });
    const failed = (await Promise.allSettled(moves)).find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }

  const enough = () => signal?.aborted === true || wanted?.size === 0;
  const all = await visitMessages(from, (messages) => redrive(from, messages), { enough, until });
  return { moved, kept, all: all && signal?.aborted !== true };
}
