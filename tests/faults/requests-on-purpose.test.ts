/** The faults of functions that a presenter switches on: ads that fail, a bad release, cold starts. What an operator sees of each, and its end. */
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { RouteEvent } from '#platform/http/request.ts';
import { beginFaults, captureLog, letFaultsEnd } from '#tests/support/faults-on-purpose.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { problemFaults } from '#tests/support/raw.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const log = captureLog();
let shop: Shop;
let admin: Person;
let product: string;
beforeAll(async () => {
  shop = await startShop({ FAULTS_ALLOWED: 'true', POWERTOOLS_LOG_LEVEL: 'INFO' });
  admin = await signIn(shop, 'admin');
  const [row] = await shop.database.query<{ id: string }>('select id from products where archived_at is null limit 1');
  product = `/api/products/${row?.id}`;
});
afterAll(() => shop.end());
beforeEach(async () => {
  await beginFaults(admin);
  log.forget();
});

const requests = (route: string) => log.lines().filter((line) => line.message === 'request' && line.route === route);

describe('ads-errors', () => {
  /** Handlers as the shop's functions have them, of a route of ads and of another; what they are called with is their event. */
  async function answersOf(
    path: string,
  ): Promise<() => Promise<[status: number, code: string | undefined, retryAfter: string | undefined]>> {
    const { route } = await import('#platform/http/route.ts'); // reads its configuration, which the shop has brought along
    const handler = route({ method: 'GET', path, auth: 'public', summary: '', answers: { 200: z.object({}) } }, async () => ({
      status: 200,
      body: {},
    }));
    return async () => {
      const event = {
        headers: {},
        rawQueryString: '',
        requestContext: { requestId: 'one', http: { method: 'GET', sourceIp: '127.0.0.1' } },
      };
      const context = { functionName: 'rumshop-ads-get-ads-local', getRemainingTimeInMillis: () => 10_000 };
      const { statusCode, body, headers } = await handler(event as RouteEvent, context as Context);
      return [statusCode ?? 0, JSON.parse(body ?? '{}').code, headers?.['retry-after'] as string | undefined];
    };
  }

  it('answers what shoppers ask of ads 503 with Retry-After, hurts no other route, and ends', async () => {
    const [ads, clicks, others] = await Promise.all(['/api/ads', '/api/ads/{id}/click', '/api/adsense'].map(answersOf));
    await beginFaults(admin, { name: 'ads-errors' });
    for (const ask of [ads, clicks]) expect(await ask?.()).toEqual([503, 'ads-unavailable', '2']);
    expect(requests('/api/ads')).toMatchObject([{ level: 'ERROR', status: 503 }]);
    expect(await others?.()).toEqual([200, undefined, undefined]);
    for (const path of [product, '/api/products', '/api/health']) expect((await shop.call(path)).status).toBe(200);
    await letFaultsEnd(shop);
    await expect.poll(async () => ads?.()).toEqual([200, undefined, undefined]);
  });
});

describe('bad-deploy', () => {
  it('has one function fail as a release with a bug does: 500 with a traceId, and the log has the stack', async () => {
    await beginFaults(admin, { name: 'bad-deploy' });
    const failed = await shop.call(product);
    expect([failed.status, failed.body.code, problemFaults(failed)]).toEqual([500, 'internal-error', []]);
    expect(requests('/api/products/{id}')).toMatchObject([
      {
        level: 'ERROR',
        status: 500,
        trace_id: failed.body.traceId,
        error: { name: 'TypeError', message: expect.stringContaining('undefined'), stack: expect.stringMatching(/^TypeError.*\n +at /) },
      },
    ]);
    for (const path of ['/api/products', '/api/categories', '/api/health']) expect((await shop.call(path)).status).toBe(200);
    await letFaultsEnd(shop);
    await expect.poll(async () => (await shop.call(product)).status).toBe(200);
  });

  it('fails for its share of the requests', async () => {
    await beginFaults(admin, { name: 'bad-deploy', strength: 0.3 });
    const statuses: number[] = [];
    for (let i = 0; i < 60; i++) statuses.push((await shop.call(product)).status);
    const failed = statuses.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(6);
    expect(failed).toBeLessThan(30);
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
  });
});

describe('cold-starts', () => {
  it('has calls begin with a bundle that is loaded afresh, and its line says so; then functions are warm again', async () => {
    const colds = async () => {
      log.forget();
      for (let i = 0; i < 3; i++) expect((await shop.call(product)).status).toBe(200);
      return requests('/api/products/{id}').map(({ cold_start = false }) => cold_start);
    };
    await colds();
    expect(await colds()).toEqual([false, false, false]);
    await beginFaults(admin, { name: 'cold-starts' });
    expect(await colds()).toEqual([true, true, true]);
    await letFaultsEnd(shop);
    await expect.poll(colds).toEqual([false, false, false]);
  });
});
