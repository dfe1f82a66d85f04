import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { type EventsApi, startEventsApi } from '#local/gateway/events-api.ts';
import { answerOf } from '#local/replay/answer.ts';
import { changesBetween, readContents } from '#local/replay/contents.pg.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { differences as differencesOf } from '#local/replay/differences.ts';
import { eventNames, readEventFile } from '#local/replay/event-files.ts';
import { fill, newScene } from '#local/replay/fill.ts';
import { replay } from '#local/replay/replay.ts';
import { replayStack } from '#local/replay/stack.ts';
import { createStages, type Stages } from '#local/replay/stages.ts';
import type { RouteContract } from '#platform/http/contract.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'events');
const names = eventNames(folder);

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

describe('each event in events/ has the outcome that its expectation tells', () => {
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

// What all routes refuse alike needs no file for each: the event is made from the route's contract.
describe('each route refuses a query that it does not know', () => {
  for (const route of allRoutes) {
    test(`${route.method} ${route.path}`, async () => {
      const { differences } = await stages.on(async (stage) => {
        const fn = replays.functions.find(({ routes }) =>
          routes.some(({ method, path }) => method === route.method && path === route.path),
        );
        const event = await fill(unknownQuery(route), newScene(replays.credentials));
        const before = await readContents(stage.query);
        const answer = answerOf(await stage.invoke(fn?.logicalId ?? '', event), true);
        const changes = changesBetween(before, await readContents(stage.query));
        const dirty = Object.keys(changes).length > 0;
        const { code, errors = [] } = answer.body as { code: string; errors?: { pointer: string; message: string }[] };
        const named = errors.find(({ pointer }) => pointer === '/query/no-such-key')?.message;
        const expected = { status: 400, code: 'invalid-request', named: 'is not a known field' };
        const found = differencesOf({ status: answer.status, code, named }, expected, 'answer');
        return { differences: dirty ? [...found, `changes are ${JSON.stringify(changes)}`] : found, dirty, answer };
      });
      expect(differences).toEqual([]);
    });
  }
});

/** An event that AWS would give to a route, from a caller who may ask it, with a query key that no route has. */
function unknownQuery({ method, path, auth, body, idempotent }: RouteContract) {
  const id = '01a19467-e800-7f04-8a3e-0402358e4c6b';
  const part = (name: string) => (name === 'address' ? 'nobody@kelvo.example' : id);
  const rawPath = path.replace(/\{(\w+)\}/g, (_, name) => part(name));
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const who = auth === 'shopper' || auth === 'admin' ? { authorization: `Bearer {{token:${auth}}}` } : {};
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath,
    rawQueryString: 'no-such-key=1',
    headers: { ...who, ...(idempotent ? { 'idempotency-key': id } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(names.length > 0 ? { pathParameters: Object.fromEntries(names.map((name) => [name, part(name)])) } : {}),
    requestContext: { http: { method, path: rawPath, sourceIp: '203.0.113.10' }, requestId: 'unknown-query' },
    ...(body ? { body: '{}' } : {}),
    isBase64Encoded: false,
  };
}
