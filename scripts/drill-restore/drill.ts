/**
 * The drill: a shop with traffic loses its database, and gets it back as it was at an instant. PostgreSQL, the functions and the requests are real;
 * queues and streams lie in a second PostgreSQL that survives, as SQS and Kinesis would.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { RestoreOrder } from '#functions/ops/lib/restore-order.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { within } from '#local/services/processes.ts';
import { startRedis } from '#local/services/redis.ts';
import { contradictionsIn, startOf, stockUpAll } from '#tests/support/agreement.ts';
import { startGatewayProcess } from '#tests/support/gateway-process.ts';
import { startMailServer } from '#tests/support/mail-server.ts';
import { afterRestore } from '../../db/after-restore.ts';
import { migrate } from '../../db/migrate.ts';
import { seedIfEmpty } from '../../db/seed/run.ts';
import { toldEvents } from '../../db/told-events.ts';
import { archiving, makeArchive, restoringTo, takeBaseBackup, unpackBackup } from './base-backup.ts';
import { dueAt } from './ledger.ts';
import { startTraffic } from './traffic.ts';
import { askedByShoppers, type Delivered, wrongMails } from './verify.ts';

export interface DrillOptions {
  /** How long shoppers shop before the backup, and between it and the instant. */
  trafficSeconds: number;
  /** The archive gets the log at least this often. */
  archiveSeconds: number;
  say(line: string): void;
  /** Leaves out what brings the database and its surroundings together again, to see what that is for. */
  reconcile: boolean;
  signal: AbortSignal;
}

export interface DrillReport {
  faults: string[];
  accepted: { there: number; gone: number; either: number };
  /** Milliseconds. */
  times: { backup: number; unpack: number; replay: number; reconcile: number; shop: number; recovery: number; lost: number };
  backupBytes: number;
  /** Mails to people over all, and those that came twice because a process died between sending and noting it. */
  mails: { sent: number; repeated: number };
  reconciled: Awaited<ReturnType<typeof afterRestore>>;
}

export async function drill(options: DrillOptions): Promise<DrillReport> {
  const stops: (() => unknown)[] = [];
  try {
    return await run(options, stops);
  } finally {
    for (const stop of stops.reverse()) await Promise.resolve(stop()).catch((error) => console.error(error));
  }
}

async function run(
  { trafficSeconds, archiveSeconds, say, reconcile, signal }: DrillOptions,
  stops: (() => unknown)[],
): Promise<DrillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-drill-'));
  chmodSync(folder, 0o755);
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  const { archive, account } = await makeArchive(folder);
  const step = async <T>(what: string, work: () => Promise<T>): Promise<{ result: T; ms: number }> => {
    signal.throwIfAborted();
    const began = performance.now();
    const result = await work();
    const ms = performance.now() - began;
    say(`${what} (${(ms / 1000).toFixed(1)} s)`);
    return { result, ms };
  };
  const pause = (seconds: number) => within(seconds * 1_000, () => signal.aborted);

  const { result: stores } = await step('PostgreSQL with an archive, queues, Redis and a mail server are up', async () => {
    const shop = await startPostgres({ dataDir: join(folder, 'shop'), settings: archiving(archive, archiveSeconds) });
    stops.push(shop.stop);
    const queues = await startPostgres({ dataDir: join(folder, 'queues'), throwaway: true });
    stops.push(queues.stop);
    const redis = await startRedis();
    stops.push(() => redis?.stop());
    const mail = await startMailServer({ authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] });
    stops.push(mail.stop);
    await migrate(shop.url);
    await seedIfEmpty(shop.url);
    return { shop, queues, redis, mail };
  });
  const { shop, queues, redis, mail } = stores;
  const asApp = (url: string) => Object.assign(new URL(url), { username: 'kelvo_app' }).href;
  const log: string[] = [];
  const variables = {
    REDIS_URL: redis?.url ?? '',
    MAIL_TRANSPORT: 'smtp',
    SMTP_URL: `smtp://127.0.0.1:${mail.port}?requireTLS=false`,
  };
  const startShop = async (databaseUrl: string) => {
    const running = await startGatewayProcess(asApp(databaseUrl), variables, { onLine: (line) => log.push(line), pumpsUrl: queues.url });
    stops.push(running.kill);
    return running;
  };
  const query = async <Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client
      .query<Row & pg.QueryResultRow>(text, values)
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };
  const products = await stockUpAll((text, values) => query(shop.url, text, values));

  const first = await startShop(shop.url);
  const start = await startOf((text, values) => query(shop.url, text, values));
  const traffic = startTraffic(first.url, products.slice(0, 6));
  stops.push(traffic.stop);
  // The schedule that publishes what a request could not: each second here.
  let relaying = true;
  const relay = (async () => {
    while (relaying) {
      await pause(1);
      await first.invoke('OpsRelayOutbox').catch(() => undefined);
    }
  })();
  await pause(trafficSeconds);

  const backup = join(folder, 'backup');
  const taken = await step('Base backup under traffic', () => takeBaseBackup(shop.url, shop.dataDir, backup, account));
  await pause(trafficSeconds);
  const instant = new Date();
  say(`The instant to restore to: ${instant.toISOString()}; shoppers go on`);
  // The file after that of the instant begins with a younger commit: what is in the archive then leads past the instant.
  await step('The log leads past the instant in the archive', async () => {
    const [then] = await query<{ file: string }>(shop.url, 'select pg_walfile_name(pg_current_wal_insert_lsn()) as file');
    const archived = () => readdirSync(archive).some((name) => /^[0-9A-F]{24}$/.test(name) && name > (then?.file ?? ''));
    if (!(await within(60_000, () => archived() || signal.aborted))) throw new Error('The log does not get into the archive');
  });
  await pause(1.5);

  const pid = shop.pid();
  if (pid === null) throw new Error('PostgreSQL is not running');
  const lostAt = Date.now();
  await step('The database is destroyed: its process killed, its data folder deleted', async () => {
    relaying = false;
    process.kill(pid, 'SIGKILL');
    await shop.stop();
    rmSync(shop.dataDir, { recursive: true, force: true });
  });
  const lastArchived = Math.max(...readdirSync(archive).map((name) => statSync(join(archive, name)).mtimeMs));
  await pause(1);
  await traffic.stop();
  await relay;
  await first.kill();
  const due = dueAt(traffic.accepted, instant);
  const before = traffic.accepted.length;
  say(
    `Shoppers were told of ${before} things; ${due.there.length} before the instant, ${due.gone.length} after it, ${due.either.length} around it; ${traffic.refused()} refusals`,
  );

  const recovery = performance.now();
  const restored = join(folder, 'restored');
  const unpacked = await step('The backup is unpacked', () => unpackBackup(backup, restored, account));
  const back = await step('PostgreSQL has replayed the log up to the instant, and takes writes', async () => {
    const server = await startPostgres({ dataDir: restored, settings: restoringTo(archive, instant) });
    stops.push(server.stop);
    return server;
  });
  const { url } = back.result;
  const told = toldEvents(log.join('\n'));
  const order: RestoreOrder = { to: instant, told: reconcile ? told : [], hours: 1 };
  const joined = await step('Queues are emptied, who was told is noted, events since are sent again', async () => {
    if (!reconcile) return { sentAgain: 0, toldBefore: 0, lostSales: 0 };
    await query(queues.url, "delete from aws.messages where queue not like '%DeadLetters'");
    return afterRestore(url, order);
  });
  const { result: again, ms: shopMs } = await step('The shop is started on it', () => startShop(url));
  await step('A shopper buys', async () => {
    const one = startTraffic(again.url, products.slice(0, 1), { shoppers: 1 });
    const bought = () => one.accepted.some(({ what }) => what === 'payment');
    const came = await within(15_000, () => bought() || signal.aborted);
    await one.stop();
    if (!came) throw new Error('Nobody could buy on the restored database');
  });
  const recovered = performance.now() - recovery;

  const settle = () =>
    within(
      60_000,
      async () => {
        await again.invoke('OpsRelayOutbox', new Date(Date.now() + 86_400_000));
        const [open] = await query<{ outbox: number }>(url, 'select count(*)::integer as outbox from outbox where published_at is null');
        const [held] = await query<{ messages: number; records: number }>(
          queues.url,
          `select (select count(*) from aws.messages where queue not like '%DeadLetters')::integer as messages,
                  (select count(*) from aws.stream_records r
                    where sequence > (select min(position) from aws.stream_readers s where s.stream = r.stream))::integer as records`,
        );
        return open?.outbox === 0 && held?.messages === 0 && held.records === 0;
      },
      250,
    );
  const { result: settled } = await step('Events are published and handled', settle);
  const late = reconcile ? await afterRestore(url, order) : undefined;
  const { result: settledAgain } = await step('The stream has been read: the same once more', settle);

  const faults: string[] = settled && settledAgain ? [] : ['events do not settle'];
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the server is stopped at the end, whatever happened
  await client.connect();
  await step('What shoppers were told is compared with what is there', async () => {
    faults.push(...(await askedByShoppers(again.url, due)));
    faults.push(...(await contradictionsIn((text, values) => query(url, text, values), start, told)));
  });
  const wanted = await client
    .query<Delivered & { event: string }>(
      `select o.email as to, case e.type when 'order.paid.v1' then 'Receipt for your order ' else 'Your order ' end || o.number as subject, e.id as event
         from outbox e join orders o on o.id::text = e.event->>'subject' where e.type in ('order.created.v1', 'order.paid.v1') and e.created_at > $1`,
      [start.since],
    )
    .then(({ rows }) => rows)
    .finally(() => client.end());
  const delivered = mail.taken.map(({ to, source }) => ({ to: to[0] ?? '', subject: /^Subject: (.*)$/im.exec(source)?.[1]?.trim() ?? '' }));
  const { twice, missing } = wrongMails(delivered, wanted);
  // Promise 1: a mail alone may repeat, once, when the process dies between sending and noting it. The log does not have those.
  const known = new Set(told);
  const died = twice.filter(({ to, subject }) =>
    wanted.some((each) => each.to === to && each.subject === subject && !known.has(each.event)),
  );
  for (const each of twice) if (!died.includes(each)) faults.push(`${each.to} was told twice: ${each.subject}`);
  for (const each of missing) faults.push(`${each.to} was never told: ${each.subject}`);
  return {
    faults,
    accepted: { there: due.there.length, gone: due.gone.length, either: due.either.length },
    times: {
      backup: taken.ms,
      unpack: unpacked.ms,
      replay: back.ms,
      reconcile: joined.ms,
      shop: shopMs,
      recovery: recovered,
      lost: Math.max(lostAt - lastArchived, 0),
    },
    backupBytes: taken.result,
    mails: { sent: delivered.length, repeated: died.length },
    reconciled: { ...joined.result, lostSales: joined.result.lostSales + (late?.lostSales ?? 0) },
  };
}
