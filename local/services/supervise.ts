/**
 * Keeps one child service (PostgreSQL, Redis) running for as long as the gateway runs: starts it again when it ends, or uses a
 * server that somebody else started on its port meanwhile, and stops it with the gateway.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { guard, type StopSignals } from './guard.ts';
import { within } from './processes.ts';

export interface Service {
  name: string;
  port: number;
  /** Starts the process, detached: in a session of its own, so that Ctrl-C does not reach it. May throw (no file handles left, its log cannot be written). */
  launch(): ChildProcess;
  /** Polled every 20 ms after the launch. */
  isReady(pid: number): Promise<boolean> | boolean;
  /** Whether a server of this kind answers on the port, whoever started it. */
  answers(): Promise<boolean>;
  /** Why a start failed: usually the last lines of the service's log. */
  failureReason(): string;
  stopSignals: StopSignals;
  say(line: string): void;
}

export interface Supervised {
  /** The service's process now; null while it is down or somebody else's. */
  pid(): number | null;
  stop(): Promise<void>;
}

/** Long: after a crash with a million products PostgreSQL replays its log first. A service that exits fails at once. */
const startLimitMs = 120_000;
const steadyMs = 10_000;

/** A PostgreSQL that was killed leaves processes behind for up to some seconds, until which every start fails. So many tries come quickly. */
const quickTries = 16;

/** The first restart comes at once, the next ones within 4 s, so that a killed service is back as soon as it can be; then backoff, 5 s at most. */
export const restartDelayMs = (exitsInARow: number): number => {
  if (exitsInARow <= 1) return 0;
  return exitsInARow <= quickTries ? 250 : Math.min(5_000, 250 * 2 ** (exitsInARow - quickTries));
};

/** Resolves once the service is ready; throws with the reason when its first start fails. */
export async function supervise(service: Service): Promise<Supervised> {
  const { name, port, say } = service;
  let running: { child: ChildProcess; exited: Promise<string> } | null = null;
  let stopping = false;

  /** Resolves with null once the service is ready, else with why it is not. */
  async function start(): Promise<string | null> {
    let child: ChildProcess;
    try {
      child = service.launch();
    } catch (error) {
      return (error as Error).message;
    }
    const dismissGuard = child.pid === undefined ? () => {} : guard(child.pid, service.stopSignals);
    let ended = false;
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
      child.once('error', (error) => resolve(error.message));
    });
    const own = { child, exited };
    running = own;
    void exited.then(() => {
      ended = true;
      dismissGuard();
      if (running === own) running = null;
    });
    child.unref();
    const { pid } = child;
    const ready = await within(startLimitMs, async () => ended || (pid !== undefined && (await service.isReady(pid))));
    if (ready && !ended) return null;
    await stopChild();
    return service.failureReason();
  }

  async function stopChild(): Promise<void> {
    for (const { signal, graceMs } of service.stopSignals) {
      if (running === null) return;
      const { child } = running;
      child.kill(signal);
      await within(graceMs || 500, () => running?.child !== child);
    }
  }

  /** Runs until the gateway stops: waits for the service to exit, and restarts it. */
  async function keepRunning(): Promise<void> {
    let exits = 0;
    while (!stopping) {
      const since = performance.now();
      const cause = await running?.exited;
      if (stopping) return;
      if (cause !== undefined) {
        exits = performance.now() - since > steadyMs ? 1 : exits + 1;
        say(`${name} on port ${port} ended (${cause}); starting it again`);
      }
      exits = await restart(exits);
    }
  }

  async function restart(exitsSoFar: number): Promise<number> {
    let exits = exitsSoFar;
    while (!stopping) {
      await pause(restartDelayMs(exits), undefined, { ref: false });
      if (stopping) break;
      if (await service.answers()) {
        say(`using the ${name} that now answers on port ${port}`);
        while (!stopping && (await service.answers())) await pause(1_000, undefined, { ref: false });
        if (!stopping) say(`the ${name} on port ${port} is gone; starting our own`);
        exits = 0;
        continue;
      }
      const fault = await start();
      if (fault === null) {
        say(`${name} is back on port ${port}`);
        break;
      }
      exits += 1;
      // The quick tries may fail, and are not worth a line.
      if (!stopping && exits > quickTries) say(`${name} does not start (trying again): ${fault}`);
    }
    return exits;
  }

  const fault = await start();
  if (fault !== null) throw new Error(`${name} did not start on port ${port}: ${fault}`);
  let keeping = true;
  keepRunning()
    .catch((error) => say(`${name} on port ${port} is no longer supervised, restart Kelvo: ${error.message}`))
    .finally(() => {
      keeping = false;
    });
  return {
    pid: () => running?.child.pid ?? null,
    async stop() {
      stopping = true;
      await stopChild();
      // A restart that was under way may have launched a child after the first stopChild.
      await within(1_000, () => !keeping);
      await stopChild();
    },
  };
}
