/** The built functions behind the local gateway in a process of their own, which a test may kill. Run as a script it is that process. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Gateway, startGateway } from '#local/gateway/server.ts';
import { startPumps } from '#local/pumps/pumps.ts';
import { freePort } from '#local/services/ports.ts';
import { localVariables, readLocalStack } from '#local/values.ts';
import { type Call, type Reply, request } from './shop.ts';
import { unitVariables } from './variables.ts';

export interface GatewayProcess {
  url: string;
  call(path: string, call?: Call): Promise<Reply>;
  /** Runs a scheduled function, as a pump does. */
  invoke(logicalId: string, at?: Date): Promise<unknown>;
  alive(): boolean;
  /** Ends it outright. */
  kill(): Promise<void>;
}

interface Order {
  id: number;
  logicalId: string;
  time: string;
}
type Outcome = { id: number; result: unknown } | { id: number; error: string };

/**
 * @param variables replace the template's; the signing keys are this run's
 * @param onLine takes what the functions write to stdout and stderr; without it they write nothing
 * @param env of the process itself, as Lambda's runtime sets it
 * @param pumpsUrl where queues and streams are kept, by a role that may make a schema there (a test database's `adminUrl`); without it events go
 *   to nobody
 * @param retryMs how long a message that failed waits
 */
export async function startGatewayProcess(
  databaseUrl: string,
  variables: Record<string, string> = {},
  {
    onLine,
    env = {},
    pumpsUrl,
    retryMs = 50,
  }: { onLine?: (line: string) => void; env?: Record<string, string>; pumpsUrl?: string; retryMs?: number } = {},
): Promise<GatewayProcess> {
  const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY } = unitVariables;
  const level = { POWERTOOLS_LOG_LEVEL: onLine ? 'INFO' : 'SILENT' };
  const settings = {
    databaseUrl,
    pumpsUrl,
    retryMs,
    variables: { ...level, ...variables },
    secrets: { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY },
  };
  const child = fork(import.meta.filename, {
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ['ignore', onLine ? 'pipe' : 'inherit', onLine ? 'pipe' : 'inherit', 'ipc'],
  });
  if (onLine) for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', onLine);
  child.send(settings);
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended]);
  const { url } = first[0] as { url: string };
  if (!url) throw new Error('The gateway did not start');
  return {
    url,
    call: (path, call) => request(url, path, call),
    invoke: (logicalId, at = new Date()) => ask(child, logicalId, at),
    alive: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

let asked = 0;
function ask(child: ChildProcess, logicalId: string, at: Date): Promise<unknown> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    const listen = (outcome: Outcome) => {
      if (outcome.id !== id) return;
      child.off('message', listen);
      if ('error' in outcome) reject(new Error(outcome.error));
      else resolve(outcome.result);
    };
    child.on('message', listen);
    child.send({ id, logicalId, time: at.toISOString() } satisfies Order);
  });
}

if (import.meta.main) {
  const [settings] = (await once(process, 'message')) as [
    { databaseUrl: string; pumpsUrl?: string; retryMs: number; variables: Record<string, string>; secrets: Record<string, string> },
  ];
  const root = join(import.meta.dirname, '../..');
  const port = await freePort();
  const local = localVariables({ databaseUrl: settings.databaseUrl, redisUrl: null, gatewayPort: port, secrets: settings.secrets });
  const stack = readLocalStack(join(root, 'template.yaml'), local, { RATE_LIMIT_PER_MINUTE: '1000000', ...settings.variables });
  const pumps = settings.pumpsUrl !== undefined && {
    pumps: (invoke: Gateway['invoke']) =>
      startPumps({ template: stack.template, invoke, databaseUrl: settings.pumpsUrl as string, retryMs: settings.retryMs }),
  };
  const gateway = await startGateway({ ...stack, port, root, ...pumps });
  process.on('message', ({ id, logicalId, time }: Order) => {
    gateway.invoke(logicalId, { time }).then(
      (result) => process.send?.({ id, result }),
      (error) => process.send?.({ id, error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url: gateway.url });
}
