import type { Queue, QueueReader } from '../template-events.ts';
import { failedIds } from './answers.ts';
import { nextVisible, receive, settle, waiting } from './messages.pg.ts';
import { type Message, sqsRecord } from './records.ts';
import { type Repeated, repeat } from './repeat.ts';
import type { Surroundings } from './surroundings.ts';

/** Brings a queue's messages to its function, as an event source mapping does: in batches, several at once up to the reader's concurrency. */
export function readQueue(queue: Queue, reader: QueueReader, around: Surroundings): Repeated & { underWay(): Promise<unknown>[] } {
  const { store, now, retryMs, changed } = around;
  const calls = new Set<Promise<unknown>>();
  const loop = repeat(step, around.storeFailed);

  async function step(): Promise<number | null> {
    while (!around.stopping() && calls.size < reader.concurrency) {
      if (reader.windowSeconds > 0 && !(await isBatchReady())) return msUntil(await windowEnd());
      const { messages, died } = await receive(store, queue, reader.batchSize, now());
      around.storeAnswered();
      if (died > 0) changed(queue.deadLetters?.queue);
      if (messages.length > 0) begin(messages);
      else if (died === 0) return msUntil(await nextVisible(store, queue.name));
    }
    return null; // a call that ends wakes the loop
  }

  /** With a batch window, a batch that is not full waits for more, until its first message has waited that long. */
  async function isBatchReady(): Promise<boolean> {
    const { count, since } = await waiting(store, queue.name, reader.batchSize, now());
    return count >= reader.batchSize || (since !== null && since.getTime() + reader.windowSeconds * 1_000 <= now().getTime());
  }

  async function windowEnd(): Promise<Date | null> {
    const first = await nextVisible(store, queue.name);
    return first && new Date(first.getTime() + reader.windowSeconds * 1_000);
  }

  const msUntil = (at: Date | null) => (at === null ? null : Math.max(at.getTime() - now().getTime(), 10));

  function begin(messages: Message[]): void {
    const call = deliver(messages).finally(() => {
      calls.delete(call);
      loop.wake();
      changed();
    });
    calls.add(call);
  }

  async function deliver(messages: Message[]): Promise<void> {
    const failed = new Set(await failuresOf(messages));
    const [bad, good] = [messages.filter(({ id }) => failed.has(id)), messages.filter(({ id }) => !failed.has(id))];
    const retryAt = () => new Date(now().getTime() + Math.min(retryMs, queue.visibilitySeconds * 1_000));
    await around.insist(() => settle(store, good, bad, retryAt()));
  }

  async function failuresOf(messages: Message[]): Promise<string[]> {
    const ids = messages.map(({ id }) => id);
    try {
      const answer = await around.invoke(reader.functionId, { Records: messages.map(sqsRecord) });
      return reader.reportsFailures ? failedIds(answer, ids) : [];
    } catch (error) {
      around.functionFailed(reader.functionId, error);
      return ids;
    }
  }

  return { ...loop, underWay: () => [...calls] };
}
