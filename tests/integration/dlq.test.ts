/** `npm run dlq` as a process of its own, on a shop that runs. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteRunning } from '#local/running.ts';
import { deadLettersOf, orderCreated, startSqsProxy } from '#tests/support/dead-letters.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'kelvo-dlq-'));
const script = join(import.meta.dirname, '../../scripts/dlq.ts');

let shop: Shop;
let dead: ReturnType<typeof deadLettersOf>;
let admin: Person;
beforeAll(async () => {
  shop = await startShop({}, { pumps: { retryMs: 5 } });
  dead = deadLettersOf(shop.url);
  admin = await signIn(shop, 'admin');
  noteRunning(folder, { url: shop.url, databaseUrl: shop.database.adminUrl, awsUrl: shop.database.adminUrl, redisUrl: null });
});
afterAll(async () => {
  await shop.end();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await shop.pumps.settled();
  await shop.database.query('truncate aws.messages, consumer_failures');
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command as a person would who has nothing else in the environment. */
function run(args: string[], variables: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}
const local = (...args: string[]) => run([...args, '--folder', folder]);
/** As for a deployed stage: this shop's queues are those of the stage `local`, so it finds none. */
const deployed = (args: string[], more: Record<string, string> = {}) =>
  run([...args, '--stage', 'dev'], {
    AWS_ENDPOINT_URL_SQS: `${shop.url}/_local/sqs`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    ...more,
  });

const redrivenId = async () => (await shop.database.query<{ id: string }>('select id from aws.messages'))[0]?.id ?? '';

describe('npm run dlq', () => {
  it('lists, shows, sends back and deletes the dead letters of the local run', async () => {
    const { event, body } = orderCreated();
    const [id, other] = [await dead.put(body), await dead.put('not an event')];

    const listed = await local('list');
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toContain(`${id}  notify-people  order.created.v1`);
    expect(listed.out).toContain(`${other}  notify-people  no event`);
    expect(listed.out).toContain('2 dead letters: notify-people 2');

    // Sent back, it fails, and comes back with the reason that the consumer noted.
    expect(await local('redrive', id)).toEqual({ code: 0, out: 'notify-people: 1 dead letter sent back\n', err: '' });
    await shop.pumps.settled();
    const again = await shop.database.query<{ id: string }>('select id from aws.messages where id <> $1', [other]);
    const shown = await local('show', again[0]?.id ?? '');
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/^reason +Error: The order of an event is not there$/m);
    expect(shown.out).toMatch(/^failed +\S+, 5 tries$/m);
    expect(shown.out).toMatch(new RegExp(`^event +order.created.v1 ${event.id}$`, 'm'));
    expect(shown.out).toMatch(new RegExp(`^trace +${event.traceparent?.slice(3, 35)}$`, 'm'));
    expect(JSON.parse(shown.out.slice(shown.out.indexOf('\n\n')))).toEqual(JSON.parse(body));

    expect(await local('delete', other)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(await local('delete', other, '--yes')).toEqual({ code: 0, out: `${other}: deleted from notify-people\n`, err: '' });
    expect(await local('show', other)).toEqual({ code: 1, out: `${other}: there is no such dead letter\n`, err: '' });
    expect(await local('redrive', '--queue', 'notify-people')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 dead letter sent'),
    });
  });

  it('ends with 1 when there is nothing, and names the queues when asked for one that there is not', async () => {
    expect(await local('list')).toEqual({ code: 1, out: 'No dead letters.\n', err: '' });
    expect(await local('redrive', '--all')).toEqual({ code: 1, out: 'No dead letters.\n', err: '' });
    expect(await local('list', '--queue', 'no-such')).toMatchObject({ code: 3, err: expect.stringContaining('notify-people') });
  });

  it('says what to do when nothing runs here, and when a stage has no queues', async () => {
    const nothing = await run(['list', '--folder', tmpdir()]);
    expect(nothing).toEqual({ code: 3, out: '', err: expect.stringMatching(/^No Kelvo runs from this clone\. Start it with npm start/) });
    expect(await deployed(['list'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('The stage dev has no queues of dead letters'),
    });
  });

  it('says in a line why SQS cannot be asked', async () => {
    const { code, err } = await deployed(['list'], { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' });
    expect([code, err.trim().split('\n').length]).toEqual([3, 1]);
    expect(err).toContain('ECONNREFUSED');
  });

  it.each([
    [[], 'A command is missing'],
    [['burn'], 'There is no command burn'],
    [['show'], 'show needs at least one id'],
    [['show', 'five'], 'five is no id'],
    [['list', randomUUID()], 'list takes no ids'],
    [['list', '--all'], '--all is for redrive only'],
    [['list', '--loud'], "Unknown option '--loud'"],
    [['list', '--stage', 'moon'], '--stage is dev, staging or prod'],
    [['list', '--api', 'https://shop.example'], '--api goes with --stage'],
    [['list', '--stage', 'dev', '--api', 'https://shop.example'], 'KELVO_ACCESS_TOKEN'],
    [['redrive'], 'redrive needs ids, --queue or --all'],
    [['redrive', randomUUID(), '--all'], 'one of the three'],
    [['delete', '--queue', 'notify-people'], 'delete needs at least one id'],
  ])('refuses a command line that means nothing: %j', async (args, words) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err: expect.stringMatching(new RegExp(`${words}[\\s\\S]*Usage: npm run dlq`)) });
  });

  it('explains itself', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('redrive ID...'), err: '' });
  });
});

describe('npm run dlq for a deployed stage', () => {
  it('takes the reasons from the shop’s API, when it is told where that is', async () => {
    await dead.put(orderCreated().body);
    expect((await local('redrive', '--all')).code).toBe(0);
    await shop.pumps.settled();
    const id = await redrivenId();
    const stage = await startSqsProxy(`${shop.url}/_local/sqs`, { stage: 'dev' });
    const sqs = { AWS_ENDPOINT_URL_SQS: stage.url };
    const token = admin.headers.authorization.slice('Bearer '.length);
    try {
      expect(await deployed(['show', id], sqs)).toMatchObject({
        code: 0,
        err: '',
        out: expect.stringMatching(/^reason +not known: .*--api/m),
      });
      const asked = await deployed(['show', id, '--api', shop.url], { ...sqs, KELVO_ACCESS_TOKEN: token });
      expect(asked).toMatchObject({ code: 0, err: '' });
      expect(asked.out).toMatch(/^reason +Error: The order of an event is not there$/m);
      const refused = await deployed(['list', '--api', shop.url], { ...sqs, KELVO_ACCESS_TOKEN: 'old' });
      expect(refused).toMatchObject({
        code: 3,
        err: expect.stringContaining('answered 401: is KELVO_ACCESS_TOKEN older than 15 minutes?'),
      });
    } finally {
      await stage.stop();
    }
  });
});
