// npm run trace:check: the built functions behind Datadog's real handler and tracer, with Datadog's test agent, PostgreSQL and Redis.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startGateway } from '#local/gateway/server.ts';
import { localSecrets } from '#local/secrets.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { startRedis } from '#local/services/redis.ts';
import { readTemplate } from '#local/template.ts';
import { localParameters, localVariables } from '#local/values.ts';
import { migrate } from '../db/migrate.ts';
import { seedIfEmpty } from '../db/seed/run.ts';
import { buildFunctions } from './build-functions.ts';
import { root } from './function-files.ts';
import { type Call, invokeTraced, type TracedAnswer } from './trace-check/invoke.ts';
import { installTools } from './trace-check/tools.ts';
import { handlerSpan, show, verify } from './trace-check/verify.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';
/** As a browser, or another service, sends them. */
const callers: Record<string, Record<string, string>> = {
  'W3C headers': { traceparent: `00-${traceId}-${parentId}-01` },
  "Datadog's headers": {
    'x-datadog-trace-id': BigInt(`0x${traceId.slice(16)}`).toString(),
    'x-datadog-parent-id': BigInt(`0x${parentId}`).toString(),
    'x-datadog-sampling-priority': '1',
    'x-datadog-tags': `_dd.p.tid=${traceId.slice(0, 16)}`,
  },
};

const stops: (() => unknown)[] = [];
try {
  await check();
} finally {
  for (const stop of stops.reverse()) await stop();
}

async function check(): Promise<void> {
  const tools = installTools();
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-trace-check-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  await buildFunctions();
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), throwaway: true });
  stops.push(() => postgres.stop());
  const redis = await startRedis();
  if (redis) stops.push(() => redis.stop());
  await migrate(postgres.url);
  await seedIfEmpty(postgres.url);
  const sql = new pg.Client({ connectionString: postgres.url });
  await sql.connect();
  stops.push(() => sql.end());
  const bus = await startGateway({ functions: [], env: {} });
  stops.push(() => bus.close(0));

  const databaseUrl = new URL(postgres.url);
  databaseUrl.username = 'kelvo_app';
  const secrets = localSecrets(folder);
  const local = localVariables({ databaseUrl: databaseUrl.href, redisUrl: redis?.url ?? null, gatewayPort: bus.port, secrets });
  const { functions } = readTemplate(join(root, 'template.yaml'), {
    parameters: {
      ...localParameters,
      Instrumentation: 'layer',
      DatadogNodeLayerArn: 'a',
      DatadogExtensionLayerArn: 'b',
      DatadogApiKeySecretArn: 'c',
    },
    variables: local,
  });

  const invoke = (logicalId: string, call: Call) => {
    const fn = functions.find((each) => each.logicalId === logicalId);
    assert(fn, `the template has no ${logicalId}`);
    return invokeTraced(fn, call, { ...tools, folder });
  };

  const { rows } = await sql.query('select id from products where stock >= 60 limit 1');
  const productId = rows[0].id as string;
  for (const [kind, headers] of Object.entries(callers)) {
    const sessionId = randomUUID();
    const order = {
      sessionId,
      email: 'ada@example.com',
      shippingAddress: { name: 'Ada', line1: '1 Road', city: 'Town', postalCode: '62704', country: 'US' },
      shippingMethod: 'standard',
    };
    const key = { 'idempotency-key': randomUUID() };
    const both = redis ? ['pg.query', 'redis.command'] : ['pg.query'];
    const calls: [string, Call, string[]][] = [
      ['CartAddItem', { method: 'POST', path: '/api/cart/add', body: { sessionId, productId, quantity: 1 }, headers }, both],
      ['CartGetCart', { path: `/api/cart/${sessionId}`, parameters: { sessionId }, headers, warm: true }, redis ? ['redis.command'] : both],
      ['SearchSearchProducts', { path: '/api/search', query: 'q=keyboard', headers }, ['pg.query']],
      ['OrdersPlaceOrder', { method: 'POST', path: '/api/orders', body: order, headers: { ...headers, ...key } }, both],
    ];
    let placed: TracedAnswer | undefined;
    for (const [logicalId, call, stores] of calls) {
      placed = await invoke(logicalId, call);
      console.log(`\n${logicalId}, called with ${kind}: ${placed.statusCode}`);
      show(placed.spans);
      verify(placed, { traceId, stores, secrets: [sessionId, key['idempotency-key'], '1 Road', 'ada@example'] });
    }
    assert(placed);
    const { rows: events } = await sql.query("select event from outbox where event->>'subject' = $1", [JSON.parse(placed.body).id]);
    const span = handlerSpan(placed.spans).span_id.toString(16).padStart(16, '0');
    assert.equal(events[0].event.traceparent, `00-${traceId}-${span}-01`, 'the event must continue the handler span');
    assert.deepEqual(metrics(placed.lines), ['kelvo.duration', 'kelvo.orders_placed', 'kelvo.requests'], 'metrics must go to Datadog');
  }
  console.log('\nEvery call is one trace, from its caller through the handler to the databases and into the event.');
}

/** Our metrics among the lines by which datadog-lambda-js hands them on. */
function metrics(lines: Record<string, unknown>[]): string[] {
  return lines
    .map(({ m }) => String(m))
    .filter((name) => name.startsWith('kelvo.'))
    .sort();
}
