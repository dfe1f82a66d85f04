/**
 * Keeps one child service (PostgreSQL, Redis) running for as long as the gateway runs: starts it again when it ends, or uses a
 * server that somebody else started on its port meanwhile, and stops it with the gateway.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { guard, type StopLadder } from './guard.ts';
import { within } from './processes.ts';

export interface Service {
  name: string;
  port: number;
  /** Starts the process, detached: in a session of its own, so that Ctrl-C does not reach it. May throw (no file handles left, its log cannot be written). */
  launch(): ChildProcess;
  /** Asked every 20 ms after the launch. */
  isReady(pid: number): Promise<boolean> | boolean;
  /** Does a server of this kind, whoever started it, answer on the port? */
  answers(): Promise<boolean>;
  /** Why a start failed: the last lines of the service's log. */
  lastWords(): string;
  ladder: StopLadder;
  say(line: string): void;
}

export interface Supervised {
  /** The service's process now; null while it is down or somebody else's. */
  pid(): number | null;
  stop(): Promise<void>;
}

/** Long, for a PostgreSQL that was killed with a million products has its log to replay. One that ends is not waited for. */
const startLimitMs = 120_000;
const steadyMs = 10_000;

/** The first restart comes at once; deaths in quick succession wait longer each time, 5 s at most. */
export const restartDelayMs = (deathsInARow: number): number => (deathsInARow <= 1 ? 0 : Math.min(5_000, 100 * 2 ** (deathsInARow - 1)));

/** Resolves once the service is ready; throws with its last words when its first start fails. */
export async function supervise(service: Service): Promise<Supervised> {
  const { name, port, say } = service;
  let running: { child: ChildProcess; gone: Promise<string> } | null = null;
  let stopping = false;

  /** Resolves with null once the service is ready, else with why it is not. */
  async function start(): Promise<string | null> {
    let child: ChildProcess;
    try {
      child = service.launch();
    } catch (error) {
      return (error as Error).message;
    }
    const dismissGuard = child.pid === undefined ? () => {} : guard(child.pid, service.ladder);
    let ended = false;
    const gone = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
    const own = { child, gone };
    running = own;
    void gone.then(() => {
      ended = true;
      dismissGuard();
      if (running === own) running = null;
    });
    child.unref();
    const { pid } = child;
    const ready = await within(startLimitMs, async () => ended || (pid !== undefined && (await service.isReady(pid))));
    if (ready && !ended) return null;
    await stopChild();
    return service.lastWords();
  }

  async function stopChild(): Promise<void> {
    for (const { signal, graceMs } of service.ladder) {
      if (running === null) return;
      const { child } = running;
      child.kill(signal);
      await within(graceMs || 500, () => running?.child !== child);
    }
  }

  /** Runs until the gateway stops: waits for the service's death, and brings it back. */
  async function keepUp(): Promise<void> {
    let deaths = 0;
    while (!stopping) {
      const since = performance.now();
      const cause = await running?.gone;
      if (stopping) return;
      if (cause !== undefined) {
        deaths = performance.now() - since > steadyMs ? 1 : deaths + 1;
        say(`${name} on port ${port} ended (${cause}); starting it again`);
      }
      deaths = await revive(deaths);
    }
  }

  async function revive(deathsSoFar: number): Promise<number> {
    let deaths = deathsSoFar;
    while (!stopping) {
      await pause(restartDelayMs(deaths), undefined, { ref: false });
      if (stopping) break;
      if (await service.answers()) {
        say(`using the ${name} that now answers on port ${port}`);
        while (!stopping && (await service.answers())) await pause(1_000, undefined, { ref: false });
        if (!stopping) say(`the ${name} on port ${port} is gone; starting our own`);
        deaths = 0;
        continue;
      }
      const fault = await start();
      if (fault === null) {
        say(`${name} is back on port ${port}`);
        break;
      }
      deaths += 1;
      // A PostgreSQL that was killed leaves processes behind for a moment: the first tries may fail, and are not worth a line.
      if (!stopping && deaths > 4) say(`${name} does not start (trying again): ${fault}`);
    }
    return deaths;
  }

  const fault = await start();
  if (fault !== null) throw new Error(`${name} did not start on port ${port}: ${fault}`);
  let keeping = true;
  keepUp()
    .catch((error) => say(`${name} on port ${port} is looked after no more, start Kelvo again: ${error.message}`))
    .finally(() => {
      keeping = false;
    });
  return {
    pid: () => running?.child.pid ?? null,
    async stop() {
      stopping = true;
      await stopChild();
      // A start that was under way when we stopped may still put a child there.
      await within(1_000, () => !keeping);
      await stopChild();
    },
  };
}
