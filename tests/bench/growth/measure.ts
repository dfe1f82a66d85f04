// One shop of bench:growth in a process of its own: sends each request to the gateway, and looks how long its statements and its answer take.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type pg from 'pg';
import { startGateway } from '#local/gateway/server.ts';
import { freePort } from '#local/services/ports.ts';
import { signIn } from '#tests/support/people.ts';
import { send } from '../drive.ts';
import { address, type Step } from '../journeys.ts';
import { root, stackOn } from '../stores.ts';
import { type GrownShop, rows } from './databases.ts';
import { type Group, type RequestClass, readingClasses } from './requests.ts';

/** Of a class: how long its requests took in the database and through the API, in ms; of different requests each the least of some rounds. */
export interface Measured {
  group: Group;
  name: string;
  /** Of each request, in the database. */
  times: number[];
  database: { p50: number; p95: number; slowest: { ms: number; text: string; path: string } };
  api: { p50: number; p95: number };
  /** Requests that were not answered as they should be. */
  failed: string[];
}

export type { Group };

export interface Report {
  classes: Measured[];
  /** Share of the stock's changes that touched no index (HOT). */
  hot: number;
}

const input = JSON.parse(process.argv[2] as string) as {
  shop: GrownShop;
  variables: Record<string, string>;
  rounds: number;
  cpu: boolean;
  only?: string[];
};
const { shop, variables, rounds, cpu, only } = input;
const port = await freePort();
const { functions, env } = await stackOn(
  { databaseUrl: shop.functionsUrl, redisUrl: null, port },
  { POWERTOOLS_LOG_LEVEL: 'SILENT', ...variables },
);
const unanswered: string[] = [];
const taken = timeStatements();
timeSearches(taken, variables.OPENSEARCH_ENDPOINT);
const gateway = await startGateway({ functions, env, port, root });

/** From now on each statement of the functions is timed as it passes the driver. */
function timeStatements(): { text: string; ms: number }[] {
  const list: { text: string; ms: number }[] = [];
  const driver = createRequire(join(root, 'dist/OrdersPlaceOrder/index.js'))('pg') as typeof pg;
  const query = driver.Client.prototype.query as (...args: unknown[]) => unknown;
  driver.Client.prototype.query = function timedQuery(this: pg.Client, ...args: unknown[]) {
    const clock = cpu ? () => processorMs(Reflect.get(this, 'processID') as number) : () => performance.now();
    const began = clock();
    const answer = query.apply(this, args);
    if (!(answer instanceof Promise)) return answer;
    return answer.finally(() => list.push({ text: String(args[0]), ms: clock() - began }));
  } as typeof driver.Client.prototype.query;
  return list;
}

/** From now on each question to OpenSearch is timed, too; one that it does not answer fails its request, instead of being PostgreSQL's. */
function timeSearches(list: typeof taken, endpoint: string | undefined): void {
  if (endpoint === undefined) return;
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    if (!String(input).startsWith(endpoint)) return fetch(input, init);
    const began = performance.now();
    const response = await fetch(input, init).catch((error) => error as Error);
    if (response instanceof Error || !response.ok) unanswered.push(response instanceof Error ? response.message : `${response.status}`);
    list.push({ text: String(init?.body), ms: performance.now() - began });
    if (response instanceof Error) throw response;
    return response;
  };
}

/** How long a process of this machine has been running on a processor, in ms (Linux). */
const processorMs = (pid: number) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

interface Timed {
  database: number;
  api: number;
  slowest: { text: string; ms: number; path: string };
}

async function time(step: Step): Promise<Timed> {
  taken.length = 0;
  const began = performance.now();
  await send(gateway.url, step);
  const api = performance.now() - began;
  const [failure] = unanswered.splice(0);
  if (failure !== undefined) throw new Error(`OpenSearch did not answer: ${failure}`);
  const slowest = taken.reduce((worst, each) => (each.ms > worst.ms ? each : worst), { text: '', ms: 0 });
  return { database: taken.reduce((sum, { ms }) => sum + ms, 0), api, slowest: { ...slowest, path: step.path } };
}

const at = (times: number[], part: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
};

/** Each request's time is the least of the rounds: a busy machine only ever makes it longer. */
async function measure({ group, name }: Pick<RequestClass, 'group' | 'name'>, requests: (() => Promise<Step>)[]): Promise<Measured> {
  const best: Timed[] = [];
  const failed: string[] = [];
  for (const request of requests) {
    try {
      const runs: Timed[] = [];
      for (let round = 0; round < rounds; round++) runs.push(await time(await request()));
      const least = (value: (run: Timed) => number) => runs.reduce((low, run) => (value(run) < value(low) ? run : low));
      best.push({
        database: least((run) => run.database).database,
        api: least((run) => run.api).api,
        slowest: least((run) => run.slowest.ms).slowest,
      });
    } catch (error) {
      const { message } = error as Error;
      if (group !== 'hostile' || !/ answered 4\d\d,/.test(message)) failed.push(message.slice(0, 200));
    }
  }
  const slowest = best.reduce((worst, { slowest }) => (slowest.ms > worst.ms ? slowest : worst), { text: '', ms: 0, path: '' });
  const [database, api] = [best.map((run) => run.database), best.map((run) => run.api)];
  return {
    group,
    name,
    times: database,
    database: { p50: at(database, 0.5), p95: at(database, 0.95), slowest },
    api: { p50: at(api, 0.5), p95: at(api, 0.95) },
    failed,
  };
}

/** The request of the page that so many pages lie before. */
async function pageAfter(step: Step, pages: number): Promise<Step> {
  let path = step.path;
  for (let page = 0; page < pages; page++) {
    const { nextCursor } = (await send(gateway.url, { ...step, path })) as { nextCursor?: string | null };
    if (!nextCursor) break;
    path = `${step.path}&cursor=${nextCursor}`;
  }
  return { ...step, path };
}

const said = await rows<{ said: string }>(shop.url, 'select distinct said from synonyms order by said');
const wanted = (name: string) => only === undefined || only.some((part) => name.includes(part));
const classes: Measured[] = [];
for (const each of readingClasses(said.map((row) => row.said))) {
  if (!wanted(`${each.group} ${each.name}`)) continue;
  const steps: Step[] = [];
  for (const step of each.requests) steps.push(each.pagesBefore ? await pageAfter(step, each.pagesBefore) : step);
  classes.push(
    await measure(
      each,
      steps.map((step) => async () => step),
    ),
  );
}

const call = async (path: string, { body, headers }: { body?: unknown; headers?: Record<string, string> } = {}) => {
  const reply = await fetch(`${gateway.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, headers: reply.headers, text: '', body: (await reply.json()) as never };
};
const stocked = await rows<{ id: string }>(
  shop.url,
  'select id from products where stock > 100 and archived_at is null and sample = 77 order by id limit 500',
);
const counted = async () => {
  await rows(shop.url, 'select pg_stat_force_next_flush()');
  const [row] = await rows<{ all: number; hot: number }>(
    shop.url,
    `select n_tup_upd::float8 as all, n_tup_hot_upd::float8 as hot from pg_stat_user_tables where relname = 'products'`,
  );
  return row ?? { all: 0, hot: 0 };
};
let turn = 0;
async function filledCart(): Promise<string> {
  const sessionId = crypto.randomUUID();
  const body = { sessionId, productId: stocked[turn++ % stocked.length]?.id, quantity: 1 };
  await send(gateway.url, { method: 'POST', path: '/api/cart/add', body, status: 200 });
  return sessionId;
}
const before = await counted();
if (wanted('checkout')) {
  const order = async (): Promise<Step> => ({
    method: 'POST',
    path: '/api/orders',
    headers: { 'idempotency-key': crypto.randomUUID() },
    body: { sessionId: await filledCart(), email: 'ada@example.com', shippingAddress: address, shippingMethod: 'standard' },
    status: 201,
  });
  classes.push(
    await measure(
      { group: 'checkout', name: 'an order' },
      Array.from({ length: 24 }, () => order),
    ),
  );
}
if (wanted('recommendations of a cart')) {
  const carts = await Promise.all(Array.from({ length: 12 }, filledCart));
  const steps = carts.map(
    (sessionId) => async (): Promise<Step> => ({ method: 'GET', path: `/api/recommendations?sessionId=${sessionId}`, status: 200 }),
  );
  classes.push(await measure({ group: 'recommendations', name: 'of a cart' }, steps));
}
if (wanted('orders')) {
  for (const who of ['shopper', 'admin'] as const) {
    const { headers } = await signIn({ call }, who);
    const queries = [
      '',
      '?limit=50',
      '?status=delivered',
      '?status=paid',
      '?skip=20',
      ...(who === 'admin' ? ['?skip=1000', '?status=refunded&limit=100'] : []),
    ];
    const steps = queries.map((query) => async (): Promise<Step> => ({ method: 'GET', path: `/api/orders${query}`, headers, status: 200 }));
    classes.push(await measure({ group: 'orders', name: who === 'admin' ? 'all of them' : 'a shopper’s own' }, steps));
  }
}
// The functions' connections report what they did when they have been idle for a moment, or when they end.
await gateway.close();
await (Reflect.get(globalThis, Symbol.for('kelvo.pg')) as pg.Pool | undefined)?.end();
const after = await counted();
const report: Report = { classes, hot: (after.hot - before.hot) / (after.all - before.all) };
process.send?.(report, () => process.exit(0));
