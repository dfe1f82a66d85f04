/** What a terminal sees of `npm start`: real processes, real signals, and nothing left behind. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#local/services/ports.ts';
import { type ProcessInfo, processInfo, within } from '#local/services/processes.ts';
import { fixture } from '#local/testing/gateway-fixture.ts';
import { alive, descendants, killAll, listen } from '#local/testing/processes.ts';

const repository = join(import.meta.dirname, '../..');
const files = fixture();
const seen: ProcessInfo[] = [];

interface Terminal {
  child: ChildProcess;
  pid: number;
  port: number;
  output: ReturnType<typeof listen>;
  /** Resolves with exit code or signal. */
  ended: Promise<number | string>;
}

/** Starts as a terminal would: in a process group of its own. */
async function start(port: string | number, env: Record<string, string> = {}, ...args: string[]): Promise<Terminal> {
  const { DATABASE_URL: _, REDIS_URL: __, ...shell } = process.env;
  const command = [join(repository, 'local/start.ts'), '--root', files.root, ...args];
  const child = spawn(process.execPath, command, {
    detached: true,
    env: { ...shell, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const own = processInfo(child.pid as number);
  if (own !== null) seen.push(own);
  return { child, pid: child.pid as number, port: Number(port), output: listen(child), ended };
}

/** Started and running; `family` are all processes that belong to it. */
async function running(): Promise<Terminal & { family: ProcessInfo[] }> {
  const terminal = await start(await freePort());
  await terminal.output.until(/Kelvo runs/);
  const family = descendants(terminal.pid);
  seen.push(...family);
  return { ...terminal, family };
}

const postmasterOf = (family: ProcessInfo[]) => family.find(({ command }) => /bin\/postgres -D/.test(command)) as ProcessInfo;
const groupOf = (pid: number) => Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }));
const databaseUrl = ({ output }: Terminal) => /psql (postgres\S+)/.exec(output.text())?.[1] ?? '';

/** Null when it cannot be had; a server that was killed may leave a connection hanging, which `limitMs` ends. */
async function query(url: string, text: string, limitMs = 1_000): Promise<unknown[] | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: limitMs });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}

beforeAll(() => {
  files.add('Hello', 'async () => "hello"');
  files.add('Fallback', 'async () => "fallback"', { routes: [{ method: 'ANY', path: '$default' }] });
  files.add('Tick', 'async () => { console.log("tick came"); throw new Error("tick failed"); }', {
    routes: [],
    schedules: [{ name: 'tick', expression: 'rate(1 minute)' }],
  });
  files.write('dist/web/index.html', '<title>Kelvo</title>');
  files.writeTemplate();
});
afterEach(() => killAll(seen.splice(0)));
afterAll(() => files.remove());

describe('npm start', () => {
  it('serves shop and API, runs the schedules, and starts again in under 5 s', async () => {
    const first = await running();
    expect(await (await fetch(`http://127.0.0.1:${first.port}/api/hello`)).text()).toBe('hello');
    expect(await (await fetch(`http://127.0.0.1:${first.port}/anything`)).text()).toBe('<title>Kelvo</title>');
    expect(await query(databaseUrl(first), 'select count(*)::int as n from products')).toEqual([{ n: expect.toSatisfy((n) => n > 0) }]);
    await first.output.until(/tick came[\s\S]*Tick \(schedule\) failed: tick failed/);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const began = performance.now();
    const second = await running();
    expect(performance.now() - began).toBeLessThan(5_000);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  it.each([
    ['Ctrl-C (SIGINT to the group)', (pid: number) => process.kill(-pid, 'SIGINT'), 0],
    [
      'Ctrl-C that npm passes on once more',
      async (pid: number) => {
        process.kill(-pid, 'SIGINT');
        await pause(20);
        process.kill(pid, 'SIGINT');
      },
      0,
    ],
    ['SIGTERM to the gateway', (pid: number) => process.kill(pid, 'SIGTERM'), 0],
    ['SIGHUP to the group (a closed terminal)', (pid: number) => process.kill(-pid, 'SIGHUP'), 0],
    ['SIGKILL of the gateway', (pid: number) => process.kill(pid, 'SIGKILL'), 'SIGKILL'],
  ])('leaves no process 5 s after %s', async (_, end, outcome) => {
    const terminal = await running();
    const commands = terminal.family.map(({ command }) => command).join('\n');
    expect(commands).toContain('postgres -D');
    expect(commands).toContain('kelvo-guard');
    // A Ctrl-C reaches the gateway alone.
    expect(terminal.family.filter(({ pid }) => groupOf(pid) === terminal.pid)).toEqual([]);
    await end(terminal.pid);
    const gone = await within(5_000, () => alive(terminal.family).length === 0);
    expect(alive(terminal.family).map(({ command }) => command)).toEqual([]);
    expect(gone).toBe(true);
    expect(await terminal.ended).toBe(outcome);
    // The services heard of it from the gateway, not from the terminal: none ended by itself and was brought back.
    expect(terminal.output.text()).not.toContain('starting it again');
  });

  it('leaves no process 5 s after SIGKILL of npm, which then passes no signal on', async () => {
    const { DATABASE_URL: _, REDIS_URL: __, ...shell } = process.env;
    const npm = spawn('npm', ['start', '--', '--root', files.root], {
      cwd: repository,
      detached: true,
      env: { ...shell, PORT: String(await freePort()) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    seen.push(processInfo(npm.pid as number) as ProcessInfo);
    await listen(npm).until(/Kelvo runs/);
    const family = descendants(npm.pid as number);
    seen.push(...family);
    expect(family.some(({ command }) => command.includes('postgres -D'))).toBe(true);
    npm.kill('SIGKILL');
    await within(5_000, () => alive(family).length === 0);
    expect(alive(family).map(({ command }) => command)).toEqual([]);
  });

  it('of two at the same time runs one, and the other takes nothing from it', async () => {
    const [port, otherPort] = [await freePort(), await freePort()];
    const folder = ['--folder', join(files.root, 'at-once')];
    const both = await Promise.all([start(port, {}, ...folder), start(otherPort, {}, ...folder)]);
    const ended = await Promise.race(both.map(async (terminal) => [terminal, await terminal.ended] as const));
    expect(ended[1]).toBe(1);
    const [winner] = both.filter((terminal) => terminal !== ended[0]) as [Terminal];
    await winner.output.until(/Kelvo runs/);
    seen.push(...descendants(winner.pid));
    const refusal = `is in use by another running Kelvo (process ${winner.pid})`;
    expect(ended[0].output.text()).toContain(refusal);
    const third = await start(await freePort(), {}, ...folder);
    expect([await third.ended, third.output.text()]).toEqual([1, expect.stringContaining(refusal)]);
    process.kill(winner.pid, 'SIGTERM');
    expect(await winner.ended).toBe(0);
  });

  it('stops on a signal in the midst of a start', async () => {
    const terminal = await start(await freePort(), {}, '--folder', join(files.root, 'fresh'));
    await terminal.output.until(/Starting/);
    await within(5_000, () => descendants(terminal.pid).length > 0);
    const family = descendants(terminal.pid);
    seen.push(...family);
    process.kill(-terminal.pid, 'SIGINT');
    expect(await terminal.ended).toBe(0);
    expect(await within(5_000, () => alive(family).length === 0)).toBe(true);
  });

  it('starts again right after a crash, waiting for what the crash left', async () => {
    const first = await running();
    const { pid } = postmasterOf(first.family);
    // Stopped, it cannot end at once: as one that has much to write to disk.
    process.kill(pid, 'SIGSTOP');
    process.kill(first.pid, 'SIGKILL');
    const starting = running();
    await pause(1_500);
    process.kill(pid, 'SIGCONT');
    const second = await starting;
    expect(await query(databaseUrl(second), 'select 1 as one', 10_000)).toEqual([{ one: 1 }]);
    process.kill(second.pid, 'SIGTERM');
    expect(await second.ended).toBe(0);
  });

  it('brings a killed PostgreSQL back within 5 s on the same port, again and again, with its data', async () => {
    const terminal = await running();
    const url = databaseUrl(terminal);
    await query(url, 'create table kept (n int)');
    for (let i = 0; i < 3; i += 1) {
      process.kill(postmasterOf(descendants(terminal.pid)).pid, 'SIGKILL');
      await within(1_000, async () => (await query(url, 'select 1')) === null);
      expect(await within(5_000, async () => (await query(url, 'select n from kept')) !== null, 50)).toBe(true);
    }
    expect(terminal.output.text()).toMatch(/PostgreSQL on port \d+ ended \(SIGKILL\); starting it again/);
    expect(await (await fetch(`http://127.0.0.1:${terminal.port}/api/hello`)).text()).toBe('hello');
    seen.push(...descendants(terminal.pid));
    process.kill(terminal.pid, 'SIGTERM');
    expect(await terminal.ended).toBe(0);
  });

  it('refuses a data folder that another running Kelvo uses, naming it', async () => {
    const first = await running();
    const second = await start(await freePort());
    expect(await second.ended).toBe(1);
    expect(second.output.text()).toMatch(
      new RegExp(`the data folder \\S+postgres\\S* is in use by another running Kelvo \\(process ${first.pid}\\)`),
    );
    expect(await query(databaseUrl(first), 'select 1 as one')).toEqual([{ one: 1 }]);
    process.kill(first.pid, 'SIGTERM');
    expect(await first.ended).toBe(0);
  });

  it('names a taken port and how to choose another', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const terminal = await start(port);
    expect(await terminal.ended).toBe(1);
    expect(terminal.output.text()).toMatch(
      new RegExp(`port ${port} is taken: stop what uses it, or choose another with PORT=\\d+ npm start`),
    );
    other.close();
  });

  it.each(['abc', '0', '65536', '80 80', '-1'])('refuses PORT=%s', async (port) => {
    const terminal = await start(port);
    expect(await terminal.ended).toBe(1);
    expect(terminal.output.text()).toContain(`PORT must be a whole number from 1 to 65535, not "${port}"`);
  });

  it('refuses DUPLICATE_DELIVERIES that is no number', async () => {
    const terminal = await start(await freePort(), { DUPLICATE_DELIVERIES: 'often' });
    expect(await terminal.ended).toBe(1);
    expect(terminal.output.text()).toContain('DUPLICATE_DELIVERIES must be a whole number, not "often"');
  });

  it('names all variables of the shell that are wrong, and starts nothing', async () => {
    const terminal = await start(await freePort(), {
      RATE_LIMIT_PER_MINUTE: 'x',
      ACCOUNT_RATE_LIMIT_PER_MINUTE: '10000000000',
      ORDER_EXPIRY_SECONDS: '',
      DATABASE_URL: 'postgresql://me:hunter2@[',
      REDIS_URL: 'http://cache.example',
      PAYMENT_PROVIDER: 'paypal',
    });
    expect(await terminal.ended).toBe(1);
    expect(terminal.output.text()).toBe(`Starting Kelvo
Kelvo could not start: The configuration is wrong:
  DATABASE_URL must be a postgresql:// URL
  REDIS_URL must be a redis:// or rediss:// URL
  PAYMENT_PROVIDER must be one of mock, stripe
  ORDER_EXPIRY_SECONDS must be a whole number from 1 to 604800
  RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 100000000
  ACCOUNT_RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 100000000
`);
  });

  it('says which database of the shell does not answer', async () => {
    const terminal = await start(await freePort(), { DATABASE_URL: 'postgresql://me:secret@localhost:1/shop' });
    expect(await terminal.ended).toBe(1);
    expect(terminal.output.text()).toMatch(/the schema could not be brought up to date at localhost:1: .*ECONNREFUSED/);
    expect(terminal.output.text()).not.toContain('secret');
  });

  it('stops all it had started when a part of the start fails', async () => {
    files.write('template.yaml', 'Resources: { F: !Nope x }');
    const terminal = await start(await freePort());
    expect(await terminal.ended).toBe(1);
    expect(terminal.output.text()).toContain('could not start: unknown tag !Nope on line 1');
    files.writeTemplate();
    expect(await within(5_000, () => alive(seen).length === 0)).toBe(true);
  });
});
