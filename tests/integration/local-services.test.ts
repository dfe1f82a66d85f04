/** PostgreSQL and Redis of our own, without the gateway around them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { claimDataFolder } from '#local/services/data-folder.ts';
import { isFree } from '#local/services/ports.ts';
import { type LocalPostgres, startPostgres } from '#local/services/postgres.ts';
import { processInfo, within } from '#local/services/processes.ts';
import { findRedis, redisAnswers, startRedis } from '#local/services/redis.ts';
import { restartDelayMs } from '#local/services/supervise.ts';

const folder = mkdtempSync(join(tmpdir(), 'kelvo-services-'));
chmodSync(folder, 0o755);
const started: { stop(): Promise<void> }[] = [];
const children: ChildProcess[] = [];
let number = 0;

function freshFolder(): string {
  number += 1;
  return join(folder, `pg-${number}`);
}

async function postgres(options: Partial<Parameters<typeof startPostgres>[0]> = {}): Promise<LocalPostgres> {
  const running = await startPostgres({ dataDir: freshFolder(), throwaway: true, ...options });
  started.push(running);
  return running;
}

async function show(url: string, setting: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`select current_setting($1) as value`, [setting]);
  await client.end();
  return rows[0].value;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('PostgreSQL of our own', () => {
  it('is fast where it is thrown away, durable where it is kept, and reads letters as Unicode', async () => {
    const [thrown, kept] = await Promise.all([postgres(), postgres({ throwaway: false })]);
    expect(await show(thrown.url, 'fsync')).toBe('off');
    expect(await show(kept.url, 'fsync')).toBe('on');
    expect(await show(kept.url, 'synchronous_commit')).toBe('on');
    expect(await show(kept.url, 'listen_addresses')).toBe('127.0.0.1');
    expect(await show(kept.url, 'shared_preload_libraries')).toBe('pg_stat_statements');
    const client = new pg.Client({ connectionString: kept.url });
    await client.connect();
    await client.query('create extension pg_trgm');
    const { rows } = await client.query(`select lower('ÉÄ') as lower, show_trgm('ä')::text as trigrams`);
    await client.end();
    expect(rows[0].lower).toBe('éä');
    expect(rows[0].trigrams).not.toBe('{}');
    await thrown.stop();
    expect(existsSync(thrown.dataDir)).toBe(false);
  });

  it('refuses a folder that this process uses already, and takes it once it is free', async () => {
    const dataDir = freshFolder();
    const first = await postgres({ dataDir, throwaway: false });
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      `the data folder ${dataDir} is in use by another running Kelvo (process ${process.pid})`,
    );
    await first.stop();
    expect(await show((await postgres({ dataDir, throwaway: false })).url, 'fsync')).toBe('on');
  });

  it('does not mind a postmaster.pid and an owner of a crash, though another process has their pids now', async () => {
    const dataDir = freshFolder();
    mkdirSync(dataDir);
    const stranger = spawn('sleep', ['30']);
    children.push(stranger);
    await once(stranger, 'spawn');
    writeFileSync(`${dataDir}.owner`, JSON.stringify({ pid: stranger.pid, startedAt: 'long ago' }));
    writeFileSync(join(dataDir, 'postmaster.pid'), `${stranger.pid}\n${dataDir}\n`);
    const release = await claimDataFolder(dataDir);
    expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(false);
    release();
    expect(existsSync(`${dataDir}.owner`)).toBe(false);
  });

  it.each(['no claim', 'the claim of a crash'])(
    'of starts at the same time one gets the folder, and the others take nothing from it: %s',
    async (left) => {
      for (let round = 0; round < 5; round += 1) {
        const dataDir = freshFolder();
        if (left !== 'no claim') writeFileSync(`${dataDir}.owner`, JSON.stringify({ pid: process.pid, startedAt: 'long ago' }));
        const script = `import { claimDataFolder } from ${JSON.stringify(join(import.meta.dirname, '../../local/services/data-folder.ts'))};
        process.send('ready');
        process.on('message', (dataDir) => claimDataFolder(dataDir).then(
          () => process.send('claimed'),
          (error) => process.send(error.message),
        ));`;
        const starts = Array.from({ length: 6 }, () =>
          spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
        );
        children.push(...starts);
        await Promise.all(starts.map((start) => once(start, 'message')));
        const outcomes = starts.map((start) => once(start, 'message'));
        for (const start of starts) start.send(dataDir);
        const said = (await Promise.all(outcomes)).map(([outcome]) => String(outcome));
        const winner = starts[said.indexOf('claimed')]?.pid;
        const refusal = `the data folder ${dataDir} is in use by another running Kelvo (process ${winner}): stop that one first`;
        expect(said.toSorted()).toEqual(['claimed', ...Array(5).fill(refusal)]);
        expect(JSON.parse(readFileSync(`${dataDir}.owner`, 'utf8')).pid).toBe(winner);
        expect(readdirSync(folder).filter((name) => name.startsWith(`${basename(dataDir)}.owner.`))).toEqual([]);
        for (const start of starts) start.kill('SIGKILL');
      }
    },
  );

  it('is not made in a folder that holds something else', async () => {
    const dataDir = freshFolder();
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'diary.txt'), 'dear diary');
    await expect(startPostgres({ dataDir })).rejects.toThrow(`${dataDir} is not empty, and no PostgreSQL data folder`);
    expect(existsSync(join(dataDir, 'diary.txt'))).toBe(true);
  });

  it.runIf(process.getuid?.() === 0)('as root keeps its data elsewhere when its user cannot enter the folder, and says so', async () => {
    const closed = freshFolder();
    mkdirSync(closed, { mode: 0o700 });
    const said: string[] = [];
    const running = await postgres({ dataDir: join(closed, 'data'), say: (line) => void said.push(line) });
    expect(running.dataDir).toMatch(/^\/var\/tmp\/kelvo-0-[0-9a-f]{8}\/data-[0-9a-f]{8}$/);
    expect(said).toEqual([expect.stringContaining('its data are in /var/tmp/kelvo-0-')]);
    await running.stop();
    expect(existsSync(running.dataDir)).toBe(false);
  });

  it('says why it does not start', async () => {
    const first = await postgres();
    const dataDir = freshFolder();
    await expect(startPostgres({ dataDir, port: first.port })).rejects.toThrow(
      /PostgreSQL did not start on port \d+: .*could not create any TCP\/IP sockets/,
    );
    expect(existsSync(`${dataDir}.owner`)).toBe(false);
  });
});

describe.skipIf(findRedis() === null)('Redis of our own', () => {
  it('comes back within 5 s, and leaves its port to one that somebody else starts there', async () => {
    const said: string[] = [];
    const redis = await startRedis({ say: (line) => void said.push(line) });
    if (redis === null) throw new Error('no Redis');
    started.push(redis);
    process.kill(redis.pid() as number, 'SIGKILL');
    expect(await within(5_000, () => said.includes(`Redis is back on port ${redis.port}`))).toBe(true);
    expect(await redisAnswers(redis.port)).toBe(true);

    // Killed faster than it can come back, it waits a little longer each time: time for another to take the port.
    const end = async () => {
      await within(5_000, () => redis.pid() !== null);
      process.kill(redis.pid() as number, 'SIGKILL');
      await within(1_000, () => redis.pid() === null, 5);
    };
    for (let i = 0; i < 3; i += 1) await end();
    const other = spawn(findRedis() as string, ['--port', String(redis.port), '--bind', '127.0.0.1', '--save', '']);
    children.push(other);
    expect(await within(8_000, () => said.includes(`using the Redis that now answers on port ${redis.port}`))).toBe(true);
    expect(processInfo(other.pid as number)).not.toBeNull();
    other.kill('SIGKILL');
    expect(await within(6_000, () => redis.pid() !== null && said.at(-1)?.includes('is back') === true)).toBe(true);
    await redis.stop();
    expect(await isFree(redis.port)).toBe(true);
  });

  it('comes back after a launch that throws, here because its log cannot be opened', async () => {
    const said: string[] = [];
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    const redis = await startRedis({ logFile: join(logs, 'redis.log'), say: (line) => void said.push(line) });
    if (redis === null) throw new Error('no Redis');
    started.push(redis);
    rmSync(logs, { recursive: true });
    process.kill(redis.pid() as number, 'SIGKILL');
    expect(await within(10_000, () => said.some((line) => /does not start \(trying again\): ENOENT.*redis\.log/.test(line)))).toBe(true);
    mkdirSync(logs);
    expect(await within(7_000, () => said.includes(`Redis is back on port ${redis.port}`))).toBe(true);
    expect(await redisAnswers(redis.port)).toBe(true);
  });

  it('whose first launch throws says why', async () => {
    await expect(startRedis({ logFile: join(folder, 'nowhere/redis.log') })).rejects.toThrow(/Redis did not start on port \d+: ENOENT/);
  });

  it('is none, said in one line, where there is no binary', async () => {
    const path = process.env.PATH;
    const said: string[] = [];
    process.env.PATH = folder;
    try {
      expect(await startRedis({ say: (line) => void said.push(line) })).toBeNull();
    } finally {
      process.env.PATH = path;
    }
    expect(said).toEqual(['no redis-server or valkey-server found: running without the cache']);
  });
});

describe('restarts', () => {
  it('come at once after a first death, then quickly for 4 s, then ever later in a row, 5 s at most', () => {
    expect([1, 2, 3, 16, 17, 18, 20, 21, 30].map(restartDelayMs)).toEqual([0, 250, 250, 250, 500, 1_000, 4_000, 5_000, 5_000]);
    const tries = Array.from({ length: 16 }, (_, i) => restartDelayMs(i + 1));
    expect(tries.reduce((a, b) => a + b)).toBeLessThan(4_000);
  });
});
