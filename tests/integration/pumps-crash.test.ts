/** A SIGKILL of `npm start` while events wait and are under way: what PutEvents had answered for comes to its consumers after the next start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Held } from '#local/pumps/held.ts';
import { freePort } from '#local/services/ports.ts';
import type { ProcessInfo } from '#local/services/processes.ts';
import { fixture } from '#local/testing/gateway-fixture.ts';
import { descendants, killAll, listen } from '#local/testing/processes.ts';

const repository = join(import.meta.dirname, '../..');
const files = fixture();
const log = join(files.root, 'log');
const hold = join(files.root, 'hold');
const seen: ProcessInfo[] = [];

/** Notes what comes; holds every call that brings records while there is a file `hold`: a final call that hung would keep the stream's next records back. */
const consumer = (line: string) => `async (event) => {
  const { appendFileSync, existsSync } = require('node:fs');
  const held = event.Records.length > 0 && existsSync(${JSON.stringify(hold)});
  for (const { id } of event.Records.map(({ body, kinesis }) => JSON.parse(body ?? Buffer.from(kinesis.data, 'base64')))) {
    appendFileSync(${JSON.stringify(log)}, (held ? 'began ' : 'done ') + ${JSON.stringify(line)} + ' ' + id + '\\n');
  }
  if (held) await new Promise(() => {});
  const count = (event.state?.count ?? 0) + event.Records.length;
  if (event.isFinalInvokeForWindow) appendFileSync(${JSON.stringify(log)}, 'window ' + event.window.start + ' ' + count + '\\n');
  return { state: { count }, batchItemFailures: [] };
}`;

const lines = (kind: string) =>
  existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(kind))
        .map((line) => line.split(' ').slice(1))
    : [];
const done = (name: string) => lines(`done ${name}`).map(([, id]) => id as string);

async function start(): Promise<{ url: string; child: ChildProcess; end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> }> {
  const { DATABASE_URL: _, REDIS_URL: __, ...shell } = process.env;
  const port = await freePort();
  const command = [join(repository, 'local/start.ts'), '--root', files.root];
  const child = spawn(process.execPath, command, { env: { ...shell, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
  await listen(child).until(/Kelvo runs/, 60_000);
  seen.push(...descendants(child.pid as number));
  const ended = once(child, 'exit');
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** Puts events on the bus, and gives the ids of those that it took. */
async function put(url: string, count: number): Promise<string[]> {
  const entry = { Source: 'kelvo', DetailType: 'order.paid.v1', Detail: '{}', EventBusName: 'Bus' };
  const body = JSON.stringify({ Entries: Array.from({ length: count }, () => entry) });
  const answer = await fetch(`${url}/_local/events-api`, { method: 'POST', headers: { 'x-amz-target': 'AWSEvents.PutEvents' }, body });
  const { Entries } = (await answer.json()) as { Entries: { EventId: string }[] };
  return Entries.map(({ EventId }) => EventId);
}

const queues = async (url: string) => ((await (await fetch(`${url}/_local/queues`)).json()) as { queues: Held[] }).queues;

beforeAll(() => {
  files.add('ReadMails', consumer('mail'), { routes: [] });
  files.add('ReadOrders', consumer('order'), { routes: [] });
  files.write('dist/web/index.html', '<title>Kelvo</title>');
  const target = (name: string) => ({ Id: name, Arn: { 'Fn::GetAtt': [name, 'Arn'] } });
  files.writeTemplate({
    Bus: { Type: 'AWS::Events::EventBus' },
    Mails: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 180 } },
    Orders: { Type: 'AWS::Kinesis::Stream' },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: { EventBusName: { Ref: 'Bus' }, EventPattern: { source: ['kelvo'] }, Targets: [target('Mails'), target('Orders')] },
    },
    ReadMails: {
      Events: {
        Mails: { Type: 'SQS', Properties: { Queue: target('Mails').Arn, BatchSize: 2, ScalingConfig: { MaximumConcurrency: 2 } } },
      },
    },
    ReadOrders: {
      Events: {
        Orders: {
          Type: 'Kinesis',
          Properties: { Stream: target('Orders').Arn, StartingPosition: 'TRIM_HORIZON', BatchSize: 4, TumblingWindowInSeconds: 1 },
        },
      },
    },
  });
});
afterAll(() => {
  killAll(seen);
  files.remove();
});

describe('a gateway that is killed outright', () => {
  it('loses nothing that PutEvents answered for: neither what waits, nor what is under way, nor what a window has counted', async () => {
    const first = await start();
    seen.push(...descendants(first.child.pid as number));
    const handled = await put(first.url, 3);
    await expect.poll(() => done('mail').length + done('order').length, { timeout: 20_000 }).toBe(6);
    // Handled, and noted as such: what is not noted yet would rightly come again.
    const waiting = async (url: string) => (await queues(url)).map(({ visible, underWay, delayed }) => visible + underWay + delayed);
    await expect.poll(() => waiting(first.url), { timeout: 20_000 }).toEqual([0, 0]);
    appendFileSync(hold, '');
    const taken = (await Promise.all([put(first.url, 10), put(first.url, 7)])).flat();
    // Two calls of the queue's function and one of the stream's are under way; the rest waits.
    await expect.poll(() => lines('began mail').length > 1 && lines('began order').length > 0, { timeout: 20_000 }).toBe(true);
    await first.end('SIGKILL');
    rmSync(hold);
    expect(new Set([...done('mail'), ...done('order')])).toEqual(new Set(handled));

    const second = await start();
    await expect.poll(() => done('mail').sort(), { timeout: 20_000 }).toEqual([...handled, ...taken].sort());
    await expect.poll(() => done('order').sort(), { timeout: 20_000 }).toEqual([...handled, ...taken].sort());
    // A final call that was not noted before the crash comes again, with the same count.
    const counted = () =>
      [...new Map(lines('window').map(([start, count]) => [start, Number(count)])).values()].reduce((sum, count) => sum + count, 0);
    await expect.poll(counted, { timeout: 20_000 }).toBe(handled.length + taken.length);
    await expect
      .poll(() => queues(second.url), { timeout: 20_000 })
      .toEqual([
        { name: 'Mails', kind: 'queue', consumer: 'ReadMails', visible: 0, underWay: 0, delayed: 0, dead: 0, oldest: null },
        {
          name: 'Orders',
          kind: 'stream',
          consumer: 'ReadOrders',
          visible: 0,
          underWay: 0,
          delayed: 0,
          dead: 0,
          oldest: null,
          window: null,
        },
      ]);
    await second.end('SIGTERM');
  });
});
