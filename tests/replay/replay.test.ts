import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type EventsApi, startEventsApi } from '#local/gateway/events-api.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { eventNames, readEventFile } from '#local/replay/event-files.ts';
import { replay } from '#local/replay/replay.ts';
import { replayStack } from '#local/replay/stack.ts';
import { createStages, type Stages } from '#local/replay/stages.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'events');
const names = eventNames(folder);

describe('each event in events/ has the outcome that its expectation tells', () => {
  let eventsApi: EventsApi;
  let stages: Stages;
  let replays: Parameters<typeof replay>[0];

  beforeAll(async () => {
    eventsApi = await startEventsApi('127.0.0.1');
    const shop = new URL(inject('postgresUrl'));
    shop.pathname = '/shop';
    const stores = { shopUrl: shop.href, redisUrl: inject('redisUrl') || null };
    const stack = replayStack(root, { ...stores, eventsUrl: `http://127.0.0.1:${eventsApi.port}` });
    replays = { folder, functions: stack.functions, credentials: await credentialsFor(stack.env) };
    stages = createStages({ stack, root, shopUrl: stores.shopUrl });
  });

  afterAll(async () => {
    await stages.end();
    await eventsApi.stop();
  });

  // One after the other: a process has one pool of connections, and so one database at a time.
  for (const name of names) {
    test(`${name}: ${titleOf(name)}`, async () => {
      const { differences } = await stages.on((stage) => replay(replays, name, stage));
      expect(differences).toEqual([]);
    });
  }
});

/** A file that cannot be read says so in its own test. */
function titleOf(name: string): string {
  try {
    return readEventFile(folder, name).expectation.shows;
  } catch {
    return 'cannot be read';
  }
}
