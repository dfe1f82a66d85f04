/** Runs `sam local start-api` as a child process that ends with us, its containers included. */
import { type ChildProcess, spawn } from 'node:child_process';
import { guard } from '../services/guard.ts';
import { accepts } from '../services/ports.ts';
import { within } from '../services/processes.ts';
import { ourContainers, removeContainers } from './docker.ts';
import { type SamSettings, samArguments, samEnvironment } from './sam-cli.ts';

export interface StartApi {
  url: string;
  /** Resolves when sam has ended, by itself or by `stop`. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

export interface StartApiOptions extends SamSettings {
  port: number;
  /** Called with what sam and the functions print. */
  onLine(text: string): void;
}

const startLimitMs = 120_000;

/** Starts it, and resolves once it accepts requests. */
export async function startApi(options: StartApiOptions): Promise<StartApi> {
  const { root, port, onLine } = options;
  const before = new Set(await ourContainers(root));
  const args = ['local', 'start-api', '--port', String(port), '--warm-containers', 'LAZY', ...samArguments(options)];
  // In a session of its own, so that Ctrl-C reaches only us, and we end it.
  const child = spawn('sam', args, { env: samEnvironment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const dismiss =
    child.pid === undefined
      ? () => {}
      : guard(child.pid, [
          { signal: 'SIGINT', graceMs: 10_000 },
          { signal: 'SIGKILL', graceMs: 0 },
        ]);
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => onLine(`${error.message}\n`));
    child.once('close', () => {
      over = true;
      dismiss();
      resolve();
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onLine);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await endChild(child, () => over);
    // A container that was just being created may be left.
    await removeContainers((await ourContainers(root)).filter((id) => !before.has(id)));
  };
  // It listens when it is ready; a request would already start a container.
  await within(startLimitMs, async () => over || (await accepts(port)), 200);
  if (!over && (await accepts(port))) return { url, ended, stop };
  await stop();
  throw new Error('sam local start-api did not start: its lines above say why');
}

async function endChild(child: ChildProcess, over: () => boolean): Promise<void> {
  for (const [signal, graceMs] of [
    ['SIGINT', 15_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (over()) return;
    child.kill(signal);
    await within(graceMs, over, 50);
  }
}
