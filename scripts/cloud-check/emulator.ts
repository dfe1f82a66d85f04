/**
 * An AWS of this machine: MiniStack with Lambda functions as Node processes, a PostgreSQL and a Redis with TLS for each stage. All of it listens on
 * 127.0.0.1 and free ports, ends with this process, whatever ends it, and leaves nothing behind.
 */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { guard } from '#local/services/guard.ts';
import { lastLines } from '#local/services/log-tail.ts';
import { freePort } from '#local/services/ports.ts';
import { within } from '#local/services/processes.ts';
import { type Front, startFront } from './front.ts';
import { pythonTool } from './python.ts';
import { type StageStores, startStageStores } from './stores.ts';

export const account = '123456789012';
export const region = 'us-east-1';

export interface Emulator {
  /** Where every service answers: `http://127.0.0.1:<port>`. */
  url: string;
  /** What a script needs in its environment to deploy here: AWS_ENDPOINT_URL, credentials of the account's root, the network of the emulated cloud. */
  variables: Record<string, string>;
  /** What it keeps, gone with it. */
  folder: string;
  /** The emulator's own log. */
  logFile: string;
  /** How many bytes of log there are. */
  written(): number;
  /** The log from a byte on. */
  log(from: number): string;
  /** Starts PostgreSQL and Redis for a stage, once. */
  stores(stage: string): Promise<StageStores>;
  stop(): Promise<void>;
}

const here = join(import.meta.dirname, 'emulator');
const stopSignals = [
  { signal: 'SIGTERM', graceMs: 3_000 },
  { signal: 'SIGKILL', graceMs: 0 },
] as const;

/** Puts this process on the network of the emulated cloud, once. */
export function joinNetwork({ variables }: Emulator): void {
  for (const [name, value] of Object.entries(variables)) if (name.startsWith('KELVO_')) process.env[name] = value;
  createRequire(import.meta.url)('./emulator/network.cjs');
}

/** @throws Error where Python is missing or the emulator does not start */
export async function startEmulator({ stages, say }: { stages: string[]; say: (line: string) => void }): Promise<Emulator> {
  const folder = mkdtempSync(join(tmpdir(), 'kelvo-cloud-'));
  const stops: (() => Promise<unknown> | unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    say('installing the emulator where it is not there yet');
    const python = join(pythonTool('cloud'), 'python3');
    execFileSync(python, ['-B', join(here, 'certificates.py'), folder]);
    const port = await freePort();
    const front = await startFront(folder, port);
    stops.push(front.stop);
    const stores = storesOf(folder, stops);
    await Promise.all(stages.map(stores));
    const network = networkVariables(folder, front);
    const logFile = join(folder, 'emulator.log');
    stops.push(await startMiniStack({ python, folder, port, logFile, network }));
    const url = `http://127.0.0.1:${port}`;
    const log = (from: number) => readFileSync(logFile).subarray(from).toString();
    const written = () => statSync(logFile).size;
    return { url, variables: { ...awsVariables(url), ...network }, folder, logFile, log, written, stores, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts each stage's stores once, and keeps the list that network.cjs and emulated_aws.py read. */
function storesOf(folder: string, stops: (() => unknown)[]): Emulator['stores'] {
  const started = new Map<string, Promise<StageStores>>();
  const list: StageStores[] = [];
  const write = () => writeFileSync(join(folder, 'stores.json'), JSON.stringify(list));
  write();
  return (stage) => {
    const known = started.get(stage);
    if (known !== undefined) return known;
    const starting = startStageStores(stage, folder).then((stores) => {
      stops.push(stores.stop);
      list.push(stores);
      write();
      return stores;
    });
    started.set(stage, starting);
    return starting;
  };
}

const networkVariables = (folder: string, front: Front): Record<string, string> => ({
  KELVO_EMULATED_STORES: join(folder, 'stores.json'),
  KELVO_EMULATED_CA: join(folder, 'ca.pem'),
  KELVO_EMULATED_FRONT: String(front.port),
  NODE_OPTIONS: `--require=${join(here, 'network.cjs')}`,
});

const awsVariables = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  SAM_CLI_TELEMETRY: '0',
});

interface Launch {
  python: string;
  folder: string;
  port: number;
  logFile: string;
  network: Record<string, string>;
}

/** @returns what stops it, its functions' processes included */
async function startMiniStack({ python, folder, port, logFile, network }: Launch): Promise<() => Promise<void>> {
  const log = openSync(logFile, 'a');
  const child = spawn(python, ['-B', join(here, 'emulated_aws.py')], {
    detached: true, // a process group of its own: Ctrl-C does not reach it, and one signal reaches all of it
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      // Node 24 first: functions run on it. Nothing else of the shell's, so that no credentials and settings of the user reach functions.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      ...network,
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: account,
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      STATE_DIR: join(folder, 'state'),
      S3_DATA_DIR: join(folder, 's3'),
      // No containers, also where Docker runs: databases and caches are ours, functions are processes.
      DOCKER_HOST: 'unix:///nowhere',
      LAMBDA_WARM_TTL_SECONDS: '120',
      LOG_LEVEL: 'INFO',
    },
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = signal ?? `code ${code}`;
  });
  child.once('error', (error) => {
    ended = error.message;
  });
  const { pid } = child;
  // The group's number, negative, so that what it started ends with it.
  const dismissGuard = pid === undefined ? () => {} : guard(-pid, stopSignals);
  const stop = async () => {
    if (pid !== undefined) {
      for (const { signal, graceMs } of stopSignals) {
        if (!signalGroup(pid, signal)) break;
        await within(graceMs || 2_000, () => !signalGroup(pid, 0), 50);
      }
    }
    dismissGuard();
  };
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/_ministack/health`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  const ready = await within(30_000, async () => ended !== undefined || (await answers()), 100);
  if (ready && ended === undefined) return stop;
  await stop();
  throw new Error(`the emulator did not start (${ended ?? 'no answer within 30 s'}): ${lastLines(logFile)}`);
}

/** Whether the process group was there to get the signal. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
