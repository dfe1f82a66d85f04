/** `npm run db:reset`, with and without a running Kelvo, and the whole of Kelvo in this process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { enqueue, type Store } from '#local/pumps/store.pg.ts';
import { type LocalKelvo, startLocal } from '#local/run.ts';
import { runningKelvo } from '#local/running.ts';
import { ask } from '#local/services/ports.ts';
import { startPostgres } from '#local/services/postgres.ts';
import { fixture } from '#local/testing/gateway-fixture.ts';

const files = fixture();
const folder = join(files.root, '.local');
let local: LocalKelvo | undefined;

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Runs db:reset as npm would; resolves with exit code and output. */
async function reset(env: Record<string, string> = {}, ...args: string[]): Promise<{ code: number; output: string }> {
  const { DATABASE_URL: _, ...shell } = process.env;
  const script = join(import.meta.dirname, '../../local/reset.ts');
  const run = promisify(execFile)(process.execPath, [script, '--folder', folder, ...args], { env: { ...shell, ...env } });
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stderr }) => ({ code, output: stderr }),
  );
}

const start = (shell: Record<string, string> = {}) => startLocal({ port: 0, root: files.root, folder, shell, build: false });

beforeAll(() => {
  files.add('Env', 'async () => ({ url: process.env.DATABASE_URL, stage: process.env.REDIS_URL })');
  files.writeTemplate();
});
afterEach(async () => {
  await local?.stop();
  local = undefined;
});
afterAll(() => files.remove());

describe('the local database', () => {
  it('is made anew while Kelvo runs, and the cache with it', async () => {
    local = await start();
    await query(local.databaseUrl, 'create table leftover (n int)');
    const connected = new pg.Client({ connectionString: local.databaseUrl });
    connected.on('error', () => {});
    await connected.connect();
    if (local.redisUrl !== null) await ask(Number(new URL(local.redisUrl).port), 'SET leftover 1\r\n');
    expect(await reset()).toEqual({ code: 0, output: 'The database is new: schema and seed are in.\n' });
    expect(await query(local.databaseUrl, `select to_regclass('leftover') as t`)).toEqual([{ t: null }]);
    expect(await query(local.databaseUrl, 'select count(*)::int > 0 as seeded from products')).toEqual([{ seeded: true }]);
    if (local.redisUrl !== null) expect(String(await ask(Number(new URL(local.redisUrl).port), 'EXISTS leftover\r\n'))).toBe(':0\r\n');
  });

  it('is made anew while Kelvo does not run', async () => {
    expect(runningKelvo(folder)).toBeNull();
    expect((await reset()).code).toBe(0);
    local = await start();
    expect(await query(local.databaseUrl, 'select count(*)::int > 0 as seeded from products')).toEqual([{ seeded: true }]);
  });

  it('is never dropped unasked on another machine', async () => {
    const { code, output } = await reset({ DATABASE_URL: 'postgresql://me@db.example:5432/prod' });
    expect([code, output]).toEqual([1, expect.stringContaining('on db.example, which is not this machine: add --force')]);
    const forced = await reset({ DATABASE_URL: 'postgresql://me@no-such-host.invalid:5432/prod' }, '--force');
    expect(forced.output).not.toContain('--force');
    expect(forced.code).toBe(1);
  });
});

describe('a start in this process', () => {
  it('that fails or is called off leaves nothing running', async () => {
    files.write('template.yaml', 'Resources: { F: !Nope x }');
    await expect(start()).rejects.toThrow('unknown tag !Nope');
    files.writeTemplate();
    const called = new AbortController();
    const starting = startLocal({ port: 0, root: files.root, folder, build: false, signal: called.signal });
    setTimeout(() => called.abort(new Error('called off')), 50);
    await expect(starting).rejects.toThrow('called off');
    // Were one of them still there, the data folder would be in use.
    local = await start();
    expect((await fetch(`${local.url}/api/env`)).status).toBe(200);
  });
});

describe('queues and streams', () => {
  const fill = (store: Store) =>
    enqueue(
      store,
      { messages: [{ queue: 'Mails', body: '{}' }], records: [{ stream: 'Orders', partitionKey: 'a', data: '{}' }] },
      new Date(),
    );
  const held = async (store: Store) =>
    (
      await store.query<{ n: number }>(
        'select (select count(*) from aws.messages)::int + (select count(*) from aws.stream_records)::int as n',
      )
    )[0]?.n;

  it('are in a database of their own, and are emptied with the shop’s, whether Kelvo runs or not', async () => {
    local = await start();
    const store = local.gateway.pumps?.store as Store;
    expect(await store.query('select current_database() as name')).toEqual([{ name: 'aws' }]);
    await fill(store);
    expect(await held(store)).toBe(2);
    expect((await reset()).code).toBe(0);
    expect(await held(store)).toBe(0);
    await fill(store);
    await local.stop();
    expect((await reset()).code).toBe(0);
    local = await start();
    expect(await held(local.gateway.pumps?.store as Store)).toBe(0);
  });

  it('are in a schema of the database that the shell names, and go with it', async () => {
    const own = await startPostgres({ dataDir: join(files.root, 'elsewhere'), throwaway: true });
    try {
      local = await start({ DATABASE_URL: own.url, REDIS_URL: '' });
      const store = local.gateway.pumps?.store as Store;
      expect(await query(own.url, "select to_regclass('aws.messages') is not null as there")).toEqual([{ there: true }]);
      await fill(store);
      expect(await held(store)).toBe(2);
      expect((await reset({ DATABASE_URL: own.url })).code).toBe(0);
      expect(await held(store)).toBe(0);
      await fill(store);
      expect(await held(store)).toBe(2);
    } finally {
      await local?.stop();
      await own.stop();
    }
  });
});

describe('services that the shell names', () => {
  it('are used instead of our own', async () => {
    const own = await startPostgres({ dataDir: join(files.root, 'elsewhere'), throwaway: true });
    try {
      local = await start({ DATABASE_URL: own.url, REDIS_URL: 'redis://127.0.0.1:1' });
      expect(local.databaseUrl).toBe(own.url);
      expect(await (await fetch(`${local.url}/api/env`)).json()).toEqual({ url: own.url, stage: 'redis://127.0.0.1:1' });
      expect(await query(own.url, 'select count(*)::int > 0 as seeded from products')).toEqual([{ seeded: true }]);
    } finally {
      await local?.stop();
      await own.stop();
    }
  });

  it('otherwise the functions sign in as the role of the cloud, which cannot change the schema', async () => {
    local = await start();
    const { url } = (await (await fetch(`${local.url}/api/env`)).json()) as { url: string };
    expect(new URL(url).username).toBe('kelvo_app');
    await expect(query(url, 'create table mine (n int)')).rejects.toThrow('permission denied');
  });
});
