import { afterAll, afterEach, beforeAll } from 'vitest';
import type { BusEvent } from '#local/pumps/bus.ts';
import type { Held } from '#local/pumps/held.ts';
import { type PumpOptions, type Pumps, startPumps } from '#local/pumps/pumps.ts';
import { freshDatabase, type TestDatabase } from './database.ts';
import { msToFullMinute } from './minute.ts';

let made = 0;

/** An event as it is on the bus. */
export const busEvent = (type = 'order.created.v1', detail: object = {}, bus = 'Bus'): BusEvent => ({
  version: '0',
  id: `0198e7a2-0000-4000-8000-${String(++made).padStart(12, '0')}`,
  'detail-type': type,
  source: 'kelvo',
  account: '000000000000',
  time: '2026-11-20T10:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail: { n: made, ...detail },
  bus,
});

/** Pumps whose functions are a test's own. */
export interface TestPumps<Event> {
  pumps: Pumps;
  /** What the functions got, in order. */
  calls: Event[];
  ahead: number;
  held(name: string): Promise<Held | undefined>;
}

/** For a test file: a database of its own, whose queues and streams are empty before each test, and pumps on it that end with the test. */
export function pumpsOfFile<Event>(template: PumpOptions['template']) {
  const running: Pumps[] = [];
  const file = {
    database: undefined as TestDatabase | undefined,
    query: async (text: string, values: unknown[] = []) => (await file.database?.query(text, values)) ?? [],
    /** @param ahead of the real clock; by default at the beginning of a minute */
    async start(
      invoke: (event: Event, functionId: string) => unknown,
      options: Partial<PumpOptions> = {},
      ahead = msToFullMinute(),
    ): Promise<TestPumps<Event>> {
      const calls: Event[] = [];
      const databaseUrl = file.database?.adminUrl ?? '';
      const pumps = await startPumps({
        ...{ template, databaseUrl, retryMs: 20, ...options },
        invoke: async (functionId, event) => {
          calls.push(event as Event);
          return invoke(event as Event, functionId);
        },
      });
      running.push(pumps);
      pumps.advance(ahead);
      return { pumps, calls, ahead, held: async (name) => (await pumps.queues()).find((each) => each.name === name) };
    },
  };
  beforeAll(async () => {
    file.database = await freshDatabase('bare');
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((pumps) => pumps.stop()));
    await file.query('truncate aws.messages, aws.streams, aws.stream_records, aws.stream_readers');
  });
  afterAll(() => file.database?.end());
  return file;
}

/** Lets a function wait until the test opens it. */
export function gate(): { open(): void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
