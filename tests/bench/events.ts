// npm run bench:events: from the outbox to the effect. How many events a second, how long from an order to its mail while orders come at a steady
// rate, and what an event asks of PostgreSQL; in one run on one PostgreSQL beside `limit`, written by hand to keep the same promises. Machines differ
// and are noisy: what counts is the ratio. RATE (orders a second), SECONDS and EVENTS set how much.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#local/services/ports.ts';
import { buildFunctions } from '../../scripts/build-functions.ts';
import { send } from './drive.ts';
import { journeys, type Step } from './journeys.ts';
import { benchStores, root, urlOf } from './stores.ts';
import { countingWire } from './wire.ts';

const rate = Number(process.env.RATE ?? 50);
const seconds = Number(process.env.SECONDS ?? 20);
const events = Number(process.env.EVENTS ?? 1_000);

interface Process {
  url: string;
  /** Tells it to take what waits in the outbox. */
  relay(): void;
  stop(): Promise<void>;
}

const started: Process[] = [];
async function start(script: string, input: object): Promise<Process> {
  const env = { ...process.env, POWERTOOLS_LOG_LEVEL: script === 'events-server.ts' ? 'INFO' : 'ERROR' };
  const child = fork(join(root, 'tests/bench', script), [JSON.stringify(input)], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [message] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error(`${script} ended at its start`))),
  ]);
  const running = {
    url: (message as { url: string }).url,
    relay: () => void child.send('relay'),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  started.push(running);
  return running;
}

/** One of the two that are compared: where its orders, events and mails are. */
interface Side {
  database: string;
  /** Starts what takes orders; without `consumes` their events wait. */
  orders(consumes: boolean): Promise<Process>;
  /** Starts what handles events. @param urls of the functions' database and of the queues', by way of a counting wire */
  consumers(urls: { functions: string; queues: string }): Promise<Process>;
  holdBack: string;
  done: string;
  latencies: string;
}

await buildFunctions();
const stores = await benchStores();
try {
  const databaseUrl = await stores.shop('shop');
  await stores.query('postgres', 'create database limits template shop');
  await stores.query('postgres', 'create database aws');
  const products = (await stores.query('shop', 'select id from products where stock > 20 order by id')).map(({ id }) => id as string);
  const pumpsUrl = stores.adminUrl('aws');
  const kelvo = async (more: object) => start('events-server.ts', { databaseUrl, redisUrl: null, port: await freePort(), ...more });
  const sides: Record<string, Side> = {
    limit: {
      database: 'limits',
      orders: async (consumes) => {
        const server = await start('limit-server.ts', { databaseUrl: stores.adminUrl('limits'), redisUrl: null });
        if (consumes) await start('limit-events.ts', { databaseUrl: stores.adminUrl('limits') });
        return server;
      },
      consumers: ({ functions }) => start('limit-events.ts', { databaseUrl: functions }),
      holdBack: 'update lean.outbox set published_at = null',
      done: 'select count(*)::integer as done from lean.mails m join lean.facts f using (event_id)',
      latencies:
        'select extract(epoch from m.sent_at - o.created_at) * 1000 as ms from lean.mails m join lean.orders o on o.id = m.order_id',
    },
    kelvo: {
      database: 'shop',
      orders: (consumes) => kelvo(consumes ? { pumpsUrl } : {}),
      consumers: ({ functions, queues }) => kelvo({ databaseUrl: functions, pumpsUrl: queues }),
      holdBack: "update outbox set published_at = null, created_at = created_at - interval '1 minute' where type = 'order.created.v1'",
      done: `select count(*)::integer as done from notifications n join sales_facts f on f.event_id::text = n.event_id where n.status <> 'pending'`,
      latencies: `select extract(epoch from n.sent_at - o.created_at) * 1000 as ms from notifications n join orders o on o.id = n.order_id`,
    },
  };

  /** Carts, each waiting to be ordered. */
  async function carts(url: string, count: number): Promise<Step[]> {
    const steps: Step[] = [];
    for (let turn = 0; turn < count; turn += 10) {
      await Promise.all(
        Array.from({ length: Math.min(10, count - turn) }, async (_, i) => {
          const [add, order] = journeys.checkout?.(products, turn + i) ?? [];
          const cart = await send(url, add?.([]) as Step);
          steps.push(order?.([cart]) as Step);
        }),
      );
    }
    return steps;
  }
  const doneIn = async ({ database, done }: Side) => (await stores.query(database, done))[0]?.done as number;
  const until = async (condition: () => Promise<boolean>) => {
    const limit = performance.now() + 300_000;
    while (!(await condition())) {
      if (performance.now() > limit) throw new Error('The events did not take effect');
      await pause(20);
    }
  };

  console.log(`${events} events that wait in the outbox, until each has its mail and its sale`);
  console.log(
    `${'server'.padEnd(10)}${'events a second'.padStart(18)}${'× limit'.padStart(10)}${'statements an event'.padStart(22)}${'of the queues'.padStart(16)}`,
  );
  let yardstick = Number.NaN;
  for (const [name, side] of Object.entries(sides)) {
    const shop = await side.orders(false);
    for (const order of await carts(shop.url, events)) await send(shop.url, order);
    await shop.stop();
    await stores.query(side.database, side.holdBack);
    const postgres = Number(new URL(databaseUrl).port);
    const [functions, queues] = [await countingWire(postgres), await countingWire(postgres)];
    const own = name === 'kelvo' ? databaseUrl : stores.adminUrl('limits');
    const consumers = await side.consumers({
      functions: urlOf(own, { port: String(functions.port) }),
      queues: urlOf(pumpsUrl, { port: String(queues.port) }),
    });
    const [before, beforeQueues] = [functions.asked(), queues.asked()];
    const began = performance.now();
    consumers.relay();
    await until(async () => (await doneIn(side)) >= events);
    const perSecond = events / ((performance.now() - began) / 1000);
    if (name === 'limit') yardstick = perSecond;
    const [asked, ofQueues] = [functions.asked() - before, queues.asked() - beforeQueues].map((count) => (count / events).toFixed(1)) as [
      string,
      string,
    ];
    console.log(
      `${name.padEnd(10)}${perSecond.toFixed(0).padStart(18)}${(perSecond / yardstick).toFixed(2).padStart(10)}${asked.padStart(22)}${ofQueues.padStart(16)}`,
    );
    await consumers.stop();
    functions.stop();
    queues.stop();
  }

  console.log(`\nFrom an order to its mail, at ${rate} orders a second for ${seconds} s`);
  console.log(
    `${'server'.padEnd(10)}${'orders'.padStart(8)}${'p50 ms'.padStart(10)}${'p95 ms'.padStart(10)}${'max ms'.padStart(10)}${'order p95 ms'.padStart(14)}`,
  );
  for (const [name, side] of Object.entries(sides)) {
    for (const running of started.splice(0)) await running.stop();
    const count = rate * seconds;
    const shop = await side.orders(true);
    const waiting = await carts(shop.url, count);
    const before = await doneIn(side);
    const answers: number[] = [];
    const began = performance.now();
    // An open model: each order comes at its time, however long the others take.
    await Promise.all(
      waiting.map(async (order, i) => {
        await pause(Math.max(0, began + (i * 1000) / rate - performance.now()));
        const sent = performance.now();
        await send(shop.url, order);
        answers.push(performance.now() - sent);
      }),
    );
    await until(async () => (await doneIn(side)) >= before + count);
    const rows = await stores.query(side.database, `${side.latencies} order by o.created_at desc limit ${count}`);
    const times = rows.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
    const at = (sorted: number[], part: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(0);
    answers.sort((a, b) => a - b);
    console.log(
      `${name.padEnd(10)}${String(times.length).padStart(8)}${at(times, 0.5).padStart(10)}${at(times, 0.95).padStart(10)}${at(times, 1).padStart(10)}${at(answers, 0.95).padStart(14)}`,
    );
  }
} finally {
  for (const running of started) await running.stop();
  await stores.stop();
}
