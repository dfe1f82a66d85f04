import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#local/services/ports.ts';

/** What Datadog's layer for Node holds, and Datadog's own agent for tests. */
const pins = { 'dd-trace': '6.21.0', 'datadog-lambda-js': '12.143.0', 'ddapm-test-agent': '1.69.1' };

/** A span as the agent gives it back. */
export interface Span {
  name: string;
  service: string;
  resource: string;
  trace_id: bigint;
  span_id: bigint;
  parent_id: bigint;
  error: number;
  meta: Record<string, string>;
  metrics: Record<string, number>;
}

/** Installs the layer's packages and the agent, once for each set of versions, outside of the repository. */
export function installTools(): { layer: string; agent: string; handler: string } {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kelvo', `trace-check-${Object.values(pins).join('-')}`);
  const [layer, venv, done] = [join(cache, 'layer'), join(cache, 'venv'), join(cache, 'done')];
  if (!existsSync(done)) {
    mkdirSync(layer, { recursive: true });
    writeFileSync(join(layer, 'package.json'), '{"private":true}\n');
    const packages = (['dd-trace', 'datadog-lambda-js'] as const).map((name) => `${name}@${pins[name]}`);
    const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: layer });
    run('npm', 'install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--loglevel', 'error', ...packages);
    run('python3', '-m', 'venv', venv);
    run(join(venv, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', `ddapm-test-agent==${pins['ddapm-test-agent']}`);
    writeFileSync(done, '');
  }
  const modules = join(layer, 'node_modules');
  return { layer: modules, agent: join(venv, 'bin/ddapm-test-agent'), handler: join(modules, 'datadog-lambda-js/dist/handler.mjs') };
}

export interface Agent {
  url: string;
  traces(): Promise<Span[][]>;
  /** What its checks of the traces' form say; empty when they hold. */
  failures(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the agent on 127.0.0.1. */
export async function startAgent(binary: string, folder: string): Promise<Agent> {
  const [port, http, grpc, web] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const ports = ['--port', port, '--otlp-http-port', http, '--otlp-grpc-port', grpc, '--web-ui-port', web].map(String);
  // Failures are pooled rather than answered to the tracer, which would only log them.
  const child = spawn(binary, [...ports, '--pool-trace-check-failures', 'true', '--disable-error-responses', 'true'], {
    stdio: 'ignore',
    cwd: folder,
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = (path: string) => fetch(url + path);
  const deadline = Date.now() + 30_000;
  while (
    !(await ask('/info').then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error("Datadog's test agent does not start");
    await pause(50);
  }
  return {
    url,
    traces: async () => parseExactly(await (await ask('/test/traces')).text()) as Span[][],
    failures: async () => {
      const answer = await ask('/test/trace_check/failures');
      return answer.ok ? '' : answer.text();
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Ids have 64 bits, more than a JavaScript number holds. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (key: string, value: unknown, context?: { source: string }) =>
    /^(trace|span|parent)_id$/.test(key) && context ? BigInt(context.source) : value,
  );
}
