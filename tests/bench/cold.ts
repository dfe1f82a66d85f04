// npm run bench:cold: how fast each bundle loads and first answers, in fresh processes on a real PostgreSQL and Redis, beside a bare handler
// and beside the usual stack; `npm run bench:cold -- Notifications` measures those alone whose names begin so. Fails above tests/bench/cold-budget.json. Times are medians; compare ratios of one run only.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { evaluateTemplate } from '#local/template.ts';
import { makeEvent } from '#platform/events/event.ts';
import { batchOf } from '#tests/support/deliveries.ts';
import { demoUserId } from '../../db/seed/ids.ts';
import { buildFunctions } from '../../scripts/build-functions.ts';
import { benchStores, median, root, stackOn } from './stores.ts';

const run = promisify(execFile);
const rounds = Number(process.env.ROUNDS ?? 9);

interface Cold {
  load: number;
  first: number;
  status: number;
}

interface Budget {
  /** Most that a bundle's first answer may take, as a ratio to the usual stack's: by the name's beginning, the longest that fits. */
  firstAnswer: Record<string, number>;
}

/** A new account, whose welcome `notify-people` writes: a consumer's first answer without work would say little. A new event in each process. */
const registered = () => ({
  ...makeEvent('user.registered.v1', demoUserId, { userId: demoUserId }, new Date(), undefined),
  id: '{{uuid}}',
});

function eventOf({ logicalId, routes, schedules }: ReturnType<typeof evaluateTemplate>['functions'][number]): object {
  if (logicalId === 'NotificationsNotifyPeople') return batchOf(registered());
  if (schedules.length > 0) return { time: new Date().toISOString() };
  const { method, path } = routes[0] ?? { method: 'GET', path: '/api/nothing' };
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [
    name,
    name === 'sessionId' ? 'a-cart-for-the-bench' : '01900000-0000-7000-8000-000000000000',
  ]);
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' };
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: path.includes('search') ? 'q=chair' : '',
    headers: {
      'content-type': 'application/json',
      host: 'localhost',
      'idempotency-key': '01900000-0000-7000-8000-000000000001',
      'sec-fetch-site': 'same-origin',
    },
    pathParameters: Object.fromEntries(parameters),
    requestContext: { requestId: 'bench', http },
    body: method === 'GET' ? undefined : '{}',
    isBase64Encoded: false,
  };
}

await buildFunctions();
const bench = join(root, 'dist/bench');
mkdirSync(bench, { recursive: true });
for (const name of ['usual-stack', 'bare-handler']) {
  await build({
    entryPoints: [join(root, `tests/bench/${name}.ts`)],
    outfile: join(bench, `${name}.js`),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    external: ['pg-native'],
    logLevel: 'error',
  });
}
const stores = await benchStores();
try {
  const { functions, env } = await stackOn({ databaseUrl: await stores.shop('shop'), redisUrl: stores.redis?.url ?? null, port: 1 });
  const cold = async (bundle: string, event: object): Promise<Cold> => {
    const { stderr } = await run(
      process.execPath,
      [join(root, 'tests/bench/cold-child.cjs'), bundle, JSON.stringify(event).replaceAll('{{uuid}}', randomUUID())],
      {
        env: { ...env, PATH: process.env.PATH, POWERTOOLS_LOG_LEVEL: 'SILENT' },
      },
    );
    return JSON.parse(stderr.slice(stderr.lastIndexOf('{"load"')));
  };
  const subjects = [
    { name: 'bare handler', bundle: join(bench, 'bare-handler.js'), event: {} },
    { name: 'usual stack', bundle: join(bench, 'usual-stack.js'), event: {} },
    ...functions
      .filter(({ logicalId }) => logicalId.startsWith(process.argv[2] ?? ''))
      .map((fn) => ({ name: fn.logicalId, bundle: join(root, fn.codeUri, 'index.js'), event: eventOf(fn) })),
  ];
  const results = new Map<string, Cold[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const { name, bundle, event } of subjects) results.get(name)?.push(await cold(bundle, event));
  const rows = subjects.map(({ name }) => {
    const runs = results.get(name) ?? [];
    return {
      name,
      load: median(runs.map((each) => each.load)),
      first: median(runs.map((each) => each.first)),
      status: runs[0]?.status ?? 0,
    };
  });
  const usual = rows.find(({ name }) => name === 'usual stack')?.first ?? Number.NaN;
  const { firstAnswer } = JSON.parse(readFileSync(join(root, 'tests/bench/cold-budget.json'), 'utf8')) as Budget;
  console.log(`${'bundle'.padEnd(28)}${'load ms'.padStart(10)}${'first ms'.padStart(10)}${'× usual'.padStart(9)}  status`);
  const over: string[] = [];
  for (const { name, load, first, status } of rows) {
    const ratio = first / usual;
    const [, limit = 1] =
      Object.entries(firstAnswer)
        .filter(([prefix]) => name.startsWith(prefix))
        .sort(([a], [b]) => b.length - a.length)[0] ?? [];
    const isOver = !name.includes(' ') && ratio > limit;
    if (isOver) over.push(`${name}: ${ratio.toFixed(2)} × the usual stack, more than ${limit}`);
    console.log(
      `${name.padEnd(28)}${load.toFixed(1).padStart(10)}${first.toFixed(1).padStart(10)}${ratio.toFixed(2).padStart(9)}  ${status}${isOver ? '  OVER' : ''}`,
    );
  }
  if (over.length > 0) {
    console.error(`\nOver budget:\n${over.join('\n')}`);
    process.exitCode = 1;
  }
} finally {
  await stores.stop();
}
