/**
 * What AWS does with an event between PutEvents and the consumers' functions, from the same template: rules, queues, a stream. What is
 * held is in PostgreSQL (store.pg.ts), so that nothing is lost when this process dies.
 */
import type { LocalTemplate } from '../template.ts';
import type { Queue } from '../template-events.ts';
import type { BusEvent } from './bus.ts';
import { gather } from './gather.ts';
import { countHeld, type Held, isBusy } from './held.ts';
import { recoverMessages } from './messages.pg.ts';
import { compilePattern } from './patterns.ts';
import { readQueue } from './read-queue.ts';
import { readStream } from './read-stream.ts';
import { eventBody, partitionKeyOf } from './records.ts';
import type { Repeated } from './repeat.ts';
import { enqueue, type Outgoing, openStore, type Store } from './store.pg.ts';
import { prepareStreams } from './streams.pg.ts';
import type { Surroundings } from './surroundings.ts';

export interface PumpOptions {
  template: Pick<LocalTemplate, 'events'>;
  invoke(functionId: string, event: unknown): Promise<unknown>;
  /** Of the store: see `storeUrl`. Signs in as a role that may make a schema there. */
  databaseUrl: string;
  say?: (line: string) => void;
  /** How long a failed message waits at most, where the template may say minutes; default 2 s, as a minute's schedule runs each 10 s. */
  retryMs?: number;
  /** Delivers every n-th message and record twice, as SQS and Kinesis may at any time; default 0: none. */
  duplicateEvery?: number;
}

export interface Pumps {
  /** Stores events for every target whose rule matches, all or none. Rejects when the store is away. */
  deliver(events: readonly BusEvent[]): Promise<void>;
  /** Begins to bring what is stored to the functions. */
  begin(): void;
  /** Something was put into a queue by other means than `deliver`. */
  wake(queue: string): void;
  /** The template's. */
  queueList: readonly Queue[];
  queues(): Promise<Held[]>;
  /**
   * Resolves when nothing is waiting, delayed or under way for any function. Open windows do not count.
   * @throws Error after `limitMs`, saying what is still there
   */
  settled(limitMs?: number): Promise<void>;
  /** Moves the pumps' clock on: failed messages are due and windows end as if the time had passed. For tests. */
  advance(ms: number): void;
  /** Stops bringing; waits up to `graceMs` for calls under way. Their messages are brought again after the next start. */
  stop(graceMs?: number): Promise<void>;
  store: Store;
  now(): Date;
}

/** Opens the store and compiles the rules. @throws Error naming the pattern that has an operator which is not known */
export async function startPumps(options: PumpOptions): Promise<Pumps> {
  const { template, invoke, databaseUrl, say = () => {}, retryMs = 2_000, duplicateEvery = 0 } = options;
  const { rules, queues, streams, queueReaders, streamReaders } = template.events;
  const compiled = rules.map((rule) => ({
    ...rule,
    matches: compilePattern(rule.pattern, `Resources.${rule.name}.Properties.EventPattern`),
  }));
  const store = await openStore(databaseUrl);
  let skippedMs = 0;
  let stopping = false;
  let stopped = false;
  let away = false;
  let delivered = 0;
  const now = () => new Date(Date.now() + skippedMs);
  const listeners = new Set<() => void>();

  const around: Surroundings = {
    store,
    now,
    stopping: () => stopping,
    invoke,
    retryMs,
    changed(queue) {
      if (queue !== undefined) wake(queue);
      for (const listener of listeners) listener();
    },
    functionFailed: (functionId, error) => say(`${functionId} failed and is tried again: ${oneLine(error)}`),
    storeFailed(error) {
      if (!away && !stopped) say(`queues wait for their database: ${oneLine(error)}`);
      away = true;
    },
    storeAnswered() {
      away = false;
    },
    async insist(work) {
      while (!stopped || !away) {
        try {
          await work();
          return;
        } catch (error) {
          around.storeFailed(error);
          if (!stopped) await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }
    },
  };

  const readers: { source: string; reader: Repeated & { underWay?(): Promise<unknown>[] } }[] = [
    ...queueReaders.map((reader) => ({ source: reader.queue, reader: readQueue(queueNamed(reader.queue), reader, around) })),
    ...streamReaders.map((reader) => ({ source: reader.stream, reader: readStream(reader, around) })),
  ];
  function queueNamed(name: string) {
    const queue = queues.find((each) => each.name === name);
    if (!queue) throw new Error(`the template has no queue ${name}`);
    return queue;
  }
  let begun = false;
  function wake(source: string): void {
    if (begun) for (const each of readers) if (each.source === source) each.reader.wake();
  }

  await recoverMessages(store, queues, now());
  await prepareStreams(store, streams, streamReaders, now());

  function outgoing(events: readonly BusEvent[]): Outgoing {
    const out: Outgoing = { messages: [], records: [] };
    for (const event of events) {
      for (const { bus, matches, targets } of compiled) {
        if (bus !== event.bus || !matches(event)) continue;
        for (const { kind, name, partitionKeyPath } of targets) {
          delivered += 1;
          const times = duplicateEvery > 0 && delivered % duplicateEvery === 0 ? 2 : 1;
          for (let i = 0; i < times; i++) {
            if (kind === 'queue') out.messages.push({ queue: name, body: eventBody(event) });
            else out.records.push({ stream: name, partitionKey: partitionKeyOf(event, partitionKeyPath), data: eventBody(event) });
          }
        }
      }
    }
    return out;
  }

  const held = () => countHeld(template.events, store, now());

  return {
    store,
    now,
    wake,
    deliver: gather(async (events: readonly BusEvent[]) => {
      const out = outgoing(events);
      if (out.messages.length + out.records.length === 0) return;
      await enqueue(store, out, now());
      for (const source of new Set([...out.messages.map(({ queue }) => queue), ...out.records.map(({ stream }) => stream)])) wake(source);
    }),
    begin() {
      begun = true;
      for (const { reader } of readers) reader.wake();
    },
    queueList: queues,
    queues: held,
    async settled(limitMs = 30_000) {
      const deadline = Date.now() + limitMs;
      for (;;) {
        let changed = () => {};
        const change = new Promise<void>((resolve) => {
          changed = resolve;
        });
        listeners.add(changed);
        // Most changes are told; the timer is for those from outside, such as another process that uses this store.
        const timer = setTimeout(changed, 250);
        try {
          const left = (await held()).filter((each) => isBusy(each, now()));
          if (left.length === 0) return;
          if (Date.now() > deadline) throw new Error(`the pumps did not settle: ${JSON.stringify(left)}`);
          await change;
        } finally {
          clearTimeout(timer);
          listeners.delete(changed);
        }
      }
    },
    advance(ms) {
      skippedMs += ms;
      if (begun) for (const { reader } of readers) reader.wake();
    },
    async stop(graceMs = 500) {
      stopping = true;
      const ended = readers.map(async ({ reader }) => {
        await reader.stop();
        await Promise.all(reader.underWay?.() ?? []);
      });
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all(ended), enough]);
      clearTimeout(timer);
      stopped = true;
      await store.end().catch(() => {});
    },
  };
}

const oneLine = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error)).replace(/\s+/g, ' ');
