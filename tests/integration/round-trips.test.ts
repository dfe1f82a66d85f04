/** How often each route asks PostgreSQL and Redis: behind a proxy each time is a trip through the network, and the routes are as slow as these. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { type EventsApi, startEventsApi } from '#local/gateway/events-api.ts';
import { credentialsFor } from '#local/replay/credentials.ts';
import { eventNames, readEventFile } from '#local/replay/event-files.ts';
import { isSuccess } from '#local/replay/expectation.ts';
import { replay } from '#local/replay/replay.ts';
import { replayStack } from '#local/replay/stack.ts';
import { createStages, type Stages } from '#local/replay/stages.ts';
import { type RoundTripRecorder, type RoundTrips, recordRoundTrips } from '#tests/support/round-trips.ts';

/**
 * What a route may need at most, in its dearest replayable event that succeeds: a read is one statement, a change begins, locks, reads, writes
 * and commits. Noting that the bus has taken an event is one more, after the commit. One wait for Redis counts the request.
 */
const budgetOf = (routeKey: string): RoundTrips => ({ postgres: routeKey.startsWith('GET ') ? 1 : 5, afterCommit: 1, redis: 1 });

const warmUps = [
  ['OpsGetHealth', 'ops/get-health.json'],
  ['CatalogGetProduct', 'catalog/get-product.in-yen.json'],
] as const;

/** Routes with numbers of their own, in both directions. They only go down: what comes to need fewer statements has its number lowered here. */
const exceptions: Record<string, Partial<RoundTrips>> = {
  'POST /api/ads/{id}/click': { postgres: 1 },
  'POST /api/admin/ads': { postgres: 4 }, // begin · write · audit log · commit
  'DELETE /api/cart/{sessionId}': { postgres: 1 },
  'DELETE /api/cart/{sessionId}/item/{productId}': { postgres: 1 },
  'DELETE /api/categories/{id}': { postgres: 6 },
  'DELETE /api/products/{id}': { postgres: 7 },
  'GET /api/products/search': { postgres: 2 }, // words · counts and page
  'POST /api/beacon': { postgres: 1 },
  'POST /api/cart/add': { postgres: 1 },
  'POST /api/cart/merge': { postgres: 1, redis: 2 },
  // begin · lock · order · asked before? · event · audit log · commit
  'POST /api/notifications/order-confirmation': { postgres: 7 },
  'POST /api/notifications/shipping-update': { postgres: 7 },
  'POST /api/orders': { postgres: 5 },
  'POST /api/orders/{id}/cancel': { postgres: 22 },
  'POST /api/payment/confirm': { postgres: 7 },
  'POST /api/payment/create-intent': { postgres: 7 },
  'POST /api/payment/refund': { postgres: 20 },
  'POST /api/payment/webhook': { postgres: 7 },
  'PUT /api/admin/synonyms/{id}': { postgres: 6 }, // begin · lock · what of it is searched for · write · audit log · commit
  'PUT /api/auth/password': { postgres: 8 }, // the last is the event, by which the shopper hears of it
  'PUT /api/cart/update': { postgres: 1 },
  'PUT /api/orders/{id}/status': { postgres: 9 },
  'POST /api/products': { postgres: 6 }, // the last but two notes the words, after all that locks rows
  'PUT /api/categories/{id}': { postgres: 6 },
  'PUT /api/products/{id}': { postgres: 7 },
  'PUT /api/products/{id}/stock': { postgres: 6 },
};

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'events');

describe('round trips', () => {
  let eventsApi: EventsApi;
  let stages: Stages;
  let recorder: RoundTripRecorder;
  const needed = new Map<string, RoundTrips>();

  beforeAll(async () => {
    recorder = recordRoundTrips();
    eventsApi = await startEventsApi('127.0.0.1');
    const shop = new URL(inject('postgresUrl'));
    shop.pathname = '/shop';
    const stores = { shopUrl: shop.href, redisUrl: inject('redisUrl') || null };
    const stack = replayStack(root, { ...stores, eventsUrl: `http://127.0.0.1:${eventsApi.port}` });
    const routeOf = new Map(
      stack.functions.flatMap(({ logicalId, routes: [route] }) => (route ? [[logicalId, `${route.method} ${route.path}`] as const] : [])),
    );
    const replays = { folder, functions: stack.functions, credentials: await credentialsFor(stack.env) };
    stages = createStages({ stack, root, shopUrl: stores.shopUrl });
    for (const name of eventNames(folder)) {
      const { expectation } = readEventFile(folder, name);
      const routeKey = routeOf.get(expectation.function);
      if (routeKey === undefined || !isSuccess(expectation)) continue;
      await stages.on(async (stage) => {
        // First requests of their own: the one that counts finds Redis, its driver, and the minute's exchange rates.
        for (const [logicalId, first] of warmUps) await stage.prepare(logicalId, readEventFile(folder, first).event);
        return replay(replays, name, {
          ...stage,
          invoke: async (logicalId, event) => {
            const { result, trips } = await recorder.during(() => stage.invoke(logicalId, event));
            const most = needed.get(routeKey) ?? { postgres: 0, afterCommit: 0, redis: 0 };
            for (const of of ['postgres', 'afterCommit', 'redis'] as const) most[of] = Math.max(most[of], trips[of]);
            needed.set(routeKey, most);
            return result;
          },
        });
      });
    }
    console.log(table(needed));
  }, 180_000);

  afterAll(async () => {
    await stages.end();
    await eventsApi.stop();
    recorder.end();
  });

  it('are known of every route', () => {
    expect(allRoutes.map(({ method, path }) => `${method} ${path}`).filter((routeKey) => !needed.has(routeKey))).toEqual([]);
  });

  it('stay within the budget of every route', () => {
    const faults = [...needed].flatMap(([routeKey, trips]) => {
      const budget = { ...budgetOf(routeKey), ...exceptions[routeKey] };
      return (['postgres', 'afterCommit', 'redis'] as const)
        .filter((of) => trips[of] > budget[of])
        .map((of) => `${routeKey}: ${of} ${trips[of]}, and may be ${budget[of]}`);
    });
    expect(faults).toEqual([]);
  });

  it('only go down: a route that needs fewer statements than its own number has that lowered', () => {
    const loose = Object.entries(exceptions).filter(
      ([routeKey, { postgres }]) => postgres !== undefined && needed.get(routeKey)?.postgres !== postgres,
    );
    expect(loose.map(([routeKey, { postgres }]) => `${routeKey}: ${postgres}, and needs ${needed.get(routeKey)?.postgres}`)).toEqual([]);
  });
});

function table(needed: Map<string, RoundTrips>): string {
  const lines = [...needed].sort().map(([routeKey, { postgres, afterCommit, redis }]) => {
    const after = afterCommit > 0 ? `+ ${afterCommit}` : '';
    return `${routeKey.padEnd(46)}${String(postgres).padStart(10)} ${after.padEnd(4)}${String(redis).padStart(6)}`;
  });
  return [`${'route'.padEnd(46)}${'PostgreSQL'.padStart(10)} ${''.padEnd(4)}${'Redis'.padStart(6)}`, ...lines].join('\n');
}
