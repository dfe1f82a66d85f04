// npm run bench: requests a second and times of the shop as `npm start` runs it, in one run on one PostgreSQL and Redis beside two yardsticks:
// `bare` does the same SQL and nothing else, `limit` is written by hand to keep the same promises in as few statements as it goes.
// `--beside <folder>` measures another checkout (built, with its node_modules) as `before`. Machines differ and are noisy: what counts is the
// ratio. SECONDS, ROUNDS and ONLY (names of journeys) set how long it looks, and at what.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '#local/services/ports.ts';
import { buildFunctions } from '../../scripts/build-functions.ts';
import { type Drive, drive } from './drive.ts';
import { journeys } from './journeys.ts';
import { countRoundTrips } from './round-trips.ts';
import { benchStores, median, root } from './stores.ts';

const seconds = Number(process.env.SECONDS ?? 3);
const rounds = Number(process.env.ROUNDS ?? 3);
const only = process.env.ONLY?.split(',');
const { values: options } = parseArgs({ options: { beside: { type: 'string' } } });

/** Most connections, and what share of the limit server's requests a second Kelvo should reach with them. */
const crowd = 16;
const goals: Record<string, number> = { list: 1.2, search: 0.8, detail: 0.5, 'cart add': 0.45, checkout: 0.4 };

/** What a server is started with: the script, and where its stores are. */
interface Server {
  script: string;
  input: { databaseUrl: string; redisUrl: string | null; port: number; checkout?: string; keyPrefix?: string };
  /** Journeys that it does not know. */
  without?: string[];
}

async function start({ script, input }: Server) {
  const child = fork(join(root, 'tests/bench', script), [JSON.stringify(input)], {
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: script === 'kelvo-server.ts' ? 'INFO' : 'ERROR' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${script} ended at its start`))),
  ]);
  return { url: (message as { url: string }).url, stop: () => child.kill() };
}

const pad = (cells: (string | number)[], widths: number[]) =>
  cells.map((cell, i) => (i < 3 ? String(cell).padEnd(widths[i] as number) : String(cell).padStart(widths[i] as number))).join('');

await buildFunctions();
const stores = await benchStores();
const stops: (() => unknown)[] = [];
try {
  const generate = 2_000;
  const databaseUrl = await stores.shop('shop', { generate });
  await stores.query('postgres', 'create database limits template shop');
  const products = (await stores.query('shop', 'select id from products where stock > 20 order by id')).map(({ id }) => id as string);
  const redisUrl = stores.redis?.url ?? null;
  const own = { script: 'kelvo-server.ts', input: { databaseUrl, redisUrl, checkout: root, keyPrefix: 'own:', port: await freePort() } };
  const servers: Record<string, Server> = {
    bare: { script: 'bare-server.ts', input: { databaseUrl, redisUrl, port: await freePort() } },
    limit: {
      script: 'limit-server.ts',
      input: { databaseUrl: stores.adminUrl('limits'), redisUrl, port: 0 },
      without: ['purchase'],
    },
    kelvo: own,
    'no cache': { ...own, input: { ...own.input, redisUrl: null, port: await freePort() } },
  };
  if (options.beside !== undefined) {
    const checkout = resolve(options.beside);
    servers.before = {
      script: 'kelvo-server.ts',
      input: {
        databaseUrl: await stores.shop('before', { generate, checkout }),
        redisUrl,
        checkout,
        keyPrefix: 'before:',
        port: await freePort(),
      },
    };
  }
  const chosen = Object.entries(journeys).filter(([name]) => only === undefined || only.includes(name));
  const running: Record<string, Awaited<ReturnType<typeof start>>> = {};
  for (const [name, server] of Object.entries(servers)) {
    running[name] = await start(server);
    stops.push(running[name].stop);
  }

  const widths = [10, 4, 10, 9, 9, 9, 8, 9];
  console.log(pad(['what', 'c', 'server', 'per s', 'p50 ms', 'p99 ms', '× bare', '× limit'], widths));
  const reached: string[] = [];
  for (const [name, journey] of chosen) {
    const knowing = Object.entries(running).filter(([server]) => !servers[server]?.without?.includes(name));
    for (const [, { url }] of knowing) await drive(url, journey, products, 4, 0.5); // warm
    for (const connections of [1, crowd]) {
      const seen: Record<string, Drive[]> = Object.fromEntries(knowing.map(([server]) => [server, []]));
      for (let round = 0; round < rounds; round++) {
        for (const [server, { url }] of knowing) seen[server]?.push(await drive(url, journey, products, connections, seconds));
      }
      const ratio = (server: string, yardstick: string) =>
        median((seen[server] ?? []).map(({ perSecond }, round) => perSecond / (seen[yardstick]?.[round]?.perSecond ?? Number.NaN)));
      for (const [server, runs] of Object.entries(seen)) {
        const of = (value: (run: Drive) => number) => median(runs.map(value)).toFixed(1);
        const times = [of((run) => run.perSecond), of((run) => run.p50), of((run) => run.p99)];
        const ratios = ['bare', 'limit'].map((yardstick) => (seen[yardstick] ? ratio(server, yardstick).toFixed(2) : '-'));
        console.log(pad([name, connections, server, ...times, ...ratios], widths));
      }
      const goal = goals[name];
      if (connections === crowd && goal !== undefined) {
        const share = ratio('kelvo', 'limit');
        reached.push(`${name.padEnd(10)}${share.toFixed(2)} × limit, goal ${goal}: ${share >= goal ? 'reached' : 'missed'}`);
      }
      if (connections === 1 && name === 'checkout' && seen.before) {
        const [after, before] = [seen.kelvo ?? [], seen.before].map((runs) => median(runs.map(({ p50 }) => p50))) as [number, number];
        reached.push(
          `checkout  p50 with 1 connection ${(after / before).toFixed(2)} × before, goal 0.5: ${after <= before / 2 ? 'reached' : 'missed'}`,
        );
      }
    }
  }
  console.log(`\n${reached.join('\n')}`);
  for (const stop of stops.splice(0)) stop();

  console.log('\nRound trips that an answer waits for, one after the other');
  console.log(`${'route'.padEnd(36)}${'server'.padEnd(10)}${'PostgreSQL'.padStart(11)}${'Redis'.padStart(7)}`);
  for (const name of ['limit', 'kelvo', 'before']) {
    const server = servers[name];
    if (!server) continue;
    const known = chosen.filter(([journey]) => !server.without?.includes(journey));
    const trips = await countRoundTrips(
      server.input,
      async (input) => start({ ...server, input: { ...input, port: await freePort() } }),
      known.map(([, journey]) => journey),
      products,
    );
    for (const { route, postgres, redis } of trips) {
      console.log(`${route.padEnd(36)}${name.padEnd(10)}${String(postgres).padStart(11)}${String(redis).padStart(7)}`);
    }
  }
} finally {
  for (const stop of stops) stop();
  await stores.stop();
}
