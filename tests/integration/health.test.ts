import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { healthRoute } from '#functions/ops/lib/contract.ts';
import { freshDatabase, type TestDatabase } from '#tests/support/database.ts';
import { type GatewayProcess, startGatewayProcess } from '#tests/support/gateway-process.ts';
import { headerFaults, problemFaults } from '#tests/support/raw.ts';
import type { Reply } from '#tests/support/shop.ts';
import { conforming } from '#tests/support/walk.ts';
import { newestMigration } from '../../db/newest-migration.ts';

let database: TestDatabase;
let gateway: GatewayProcess;
beforeAll(async () => {
  database = await freshDatabase('bare');
});
afterAll(() => database.end());
afterEach(() => gateway.kill());

const nobody = 'postgresql://kelvo_app@127.0.0.1:1/nothing';
const health = async () => {
  const began = performance.now();
  const reply = await gateway.call('/api/health');
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(headerFaults(reply.headers)).toEqual([]);
  return { status: reply.status, retryAfter: reply.headers.get('retry-after'), body: conforming(healthRoute, reply) };
};

describe('the health of the shop', () => {
  it('is good with its database, and leaves out what is not configured', async () => {
    gateway = await startGatewayProcess(database.url, { REDIS_URL: '', SERVICE_VERSION: '1.2.3' });
    const postgres = { status: 'healthy', latencyMs: expect.any(Number) };
    expect(await health()).toEqual({
      status: 200,
      retryAfter: null,
      body: { status: 'healthy', dependencies: { postgres }, version: '1.2.3', schemaVersion: newestMigration() },
    });
  });

  it('is told to HEAD as to GET, without the body', async () => {
    for (const [url, status] of [
      [database.url, 200],
      [nobody, 503],
    ] as const) {
      gateway = await startGatewayProcess(url, { REDIS_URL: '' });
      const head = await gateway.call('/api/health', { method: 'HEAD' });
      const get = await gateway.call('/api/health');
      const names = (reply: Reply) => [...reply.headers.keys()].filter((name) => name !== 'keep-alive');
      expect([head.status, head.text, headerFaults(head.headers), names(head)]).toEqual([status, '', [], names(get)]);
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(50);
      await gateway.kill();
    }
    gateway = await startGatewayProcess(database.url, { REDIS_URL: '' });
    const other = await gateway.call('/api/health', { method: 'DELETE' });
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('is degraded without its cache: it serves, slower', async () => {
    gateway = await startGatewayProcess(database.url, { REDIS_URL: 'redis://127.0.0.1:1' });
    const { status, body } = await health();
    expect([status, body.status, body.dependencies.postgres.status, body.dependencies.redis.status]).toEqual([
      200,
      'degraded',
      'healthy',
      'unhealthy',
    ]);
    expect((await gateway.call('/api/products')).status).toBe(200);
  });

  it('is bad without its database, and says so in its own shape; every other read is a 503 problem', async () => {
    gateway = await startGatewayProcess(nobody, { REDIS_URL: '' });
    const { status, retryAfter, body } = await health();
    expect([status, retryAfter, body.status, body.dependencies.postgres.status]).toEqual([503, '2', 'unhealthy', 'unhealthy']);
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|kelvo_app|ECONN/);
    for (const path of ['/api/products', '/api/categories', '/api/search?q=day', '/api/cart/a-cart-of-somebody-or-other']) {
      const reply = await gateway.call(path);
      expect([path, reply.status, reply.body.code, reply.headers.get('retry-after'), problemFaults(reply)]).toEqual([
        path,
        503,
        'database-unavailable',
        '2',
        [],
      ]);
    }
  });
});
