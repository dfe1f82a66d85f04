// npm run bench: requests a second and times of the shop as `npm start` runs it, beside a bare server doing the same SQL, in one run on one
// PostgreSQL and Redis. Machines differ and are noisy: what counts is the ratio. SECONDS and ROUNDS set how long it looks.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '#local/services/ports.ts';
import { buildFunctions } from '../../scripts/build-functions.ts';
import { type Drive, drive } from './drive.ts';
import { journeys } from './journeys.ts';
import { benchStores, median, root } from './stores.ts';

const seconds = Number(process.env.SECONDS ?? 3);
const rounds = Number(process.env.ROUNDS ?? 3);

async function start(script: string, input: object) {
  const child = fork(join(root, 'tests/bench', script), [JSON.stringify(input)], {
    env: { ...process.env, POWERTOOLS_LOG_LEVEL: 'INFO' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${script} ended at its start`))),
  ]);
  return { url: (message as { url: string }).url, stop: () => child.kill() };
}

await buildFunctions();
const stores = await benchStores();
const stops: (() => unknown)[] = [];
try {
  const client = new pg.Client({ connectionString: stores.postgres.url });
  await client.connect();
  await client.query('update products set stock = 100000000 where stock > 20');
  const { rows } = await client.query<{ id: string }>('select id from products where stock > 20 order by id');
  await client.end();
  const products = rows.map(({ id }) => id);
  const [port, uncachedPort] = [await freePort(), await freePort()];
  const redisUrl = stores.redis?.url ?? null;
  const servers = {
    bare: await start('bare-server.ts', { ...stores.environment(port, null), products, redisUrl }),
    kelvo: await start('kelvo-server.ts', { ...stores.environment(port, redisUrl), port }),
    'no cache': await start('kelvo-server.ts', { ...stores.environment(uncachedPort, null), port: uncachedPort }),
  };
  stops.push(...Object.values(servers).map((server) => server.stop));

  console.log(
    `${'what'.padEnd(10)}${'c'.padStart(3)}  ${'server'.padEnd(9)}${'per s'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'× bare'.padStart(8)}`,
  );
  for (const [name, journey] of Object.entries(journeys)) {
    for (const { url } of Object.values(servers)) await drive(url, journey, products, 4, 0.5); // warm
    for (const connections of [1, 16]) {
      const seen: Record<string, Drive[]> = Object.fromEntries(Object.keys(servers).map((server) => [server, []]));
      for (let round = 0; round < rounds; round++) {
        for (const [server, { url }] of Object.entries(servers))
          seen[server]?.push(await drive(url, journey, products, connections, seconds));
      }
      for (const [server, runs] of Object.entries(seen)) {
        const ratio = median(runs.map(({ perSecond }, round) => perSecond / (seen.bare?.[round]?.perSecond ?? Number.NaN)));
        const of = (value: (run: Drive) => number) => median(runs.map(value)).toFixed(1);
        const cells = [
          of((run) => run.perSecond).padStart(9),
          of((run) => run.p50).padStart(9),
          of((run) => run.p99).padStart(9),
          ratio.toFixed(2).padStart(8),
        ];
        console.log(`${name.padEnd(10)}${String(connections).padStart(3)}  ${server.padEnd(9)}${cells.join('')}`);
      }
    }
  }
} finally {
  for (const stop of stops) stop();
  await stores.stop();
}
