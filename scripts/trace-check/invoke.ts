import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalFunction } from '#local/template.ts';
import { root } from '../function-files.ts';
import { type Agent, type Span, startAgent } from './tools.ts';

/** One call of a function. */
export interface Invocation {
  event: object;
  /** What its caller hands over beside the event. */
  clientContext?: object;
}

export interface Traced<Result = unknown> {
  result: Result;
  /** What the function wrote: our log lines, and metrics on their way to Datadog. */
  lines: Record<string, unknown>[];
  spans: Span[];
  /** What the agent finds wrong with the traces. */
  failures: string;
}

export interface Surroundings {
  layer: string;
  agent: string;
  handler: string;
  folder: string;
}

interface Options {
  /** Made before, in the same process; their spans are left out. */
  first?: Invocation[];
  /** Replace the function's own. */
  variables?: Record<string, string>;
  /** Whether all spans of an invocation are there; the function's own ends last, unless Datadog has one around it. */
  whole?: (spans: Span[]) => boolean;
}

const handlerIsThere = (spans: Span[]) => spans.some(({ name }) => name === 'aws.lambda');

/** Runs a function in a process of its own, as the cloud does in mode `layer`, with an agent of its own. */
export async function invokeTraced<Result>(
  fn: LocalFunction,
  invocation: Invocation,
  { layer, agent: binary, handler, folder }: Surroundings,
  { first = [], variables = {}, whole = handlerIsThere }: Options = {},
): Promise<Traced<Result>> {
  const agent = await startAgent(binary, folder);
  try {
    const task = join(folder, 'task', fn.logicalId);
    cpSync(join(root, fn.codeUri), task, { recursive: true }); // away from dist/node_modules: packages are found in the layers alone
    const { DD_API_KEY_SECRET_ARN: _, ...own } = fn.environment; // there is no key, and nobody to take it
    const child = fork(join(import.meta.dirname, 'function-process.ts'), [handler, fn.name], {
      execArgv: [],
      env: {
        PATH: process.env.PATH,
        ...own,
        ...variables,
        _HANDLER: fn.handler,
        LAMBDA_TASK_ROOT: task,
        AWS_REGION: 'us-east-1',
        NODE_PATH: [layer, join(root, 'dist/layers/runtime/nodejs/node_modules')].join(delimiter),
        DD_TRACE_AGENT_URL: agent.url,
        DD_FLUSH_TO_LOG: 'true', // metrics as lines: there is no extension to take them
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
        DD_REMOTE_CONFIGURATION_ENABLED: 'false',
        // Not AWS_LAMBDA_FUNCTION_NAME: with it, and without the extension, the tracer writes its traces to stdout.
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        written += chunk;
      });
    }
    const ended = once(child, 'close').then(() => {
      throw new Error(`${fn.logicalId} ended early:\n${written}`);
    });
    const answer = () => Promise.race([once(child, 'message'), ended]) as Promise<[{ result: Result }]>;
    await answer(); // that it is ready
    let before: Span[] = [];
    for (const earlier of first) {
      child.send(earlier);
      await answer();
      before = await settled(agent, fn.logicalId, before, whole);
    }
    child.send(invocation);
    const [{ result }] = await answer();
    const all = await settled(agent, fn.logicalId, before, whole);
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    const lines = written.split('\n').filter((line) => line.startsWith('{'));
    return {
      result,
      lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
      spans: without(all, before),
      failures: await agent.failures(),
    };
  } finally {
    await agent.stop();
  }
}

const without = (spans: Span[], others: Span[]) => spans.filter(({ span_id }) => !others.some((each) => each.span_id === span_id));

/** All spans, once those of one more invocation are there as a whole. */
async function settled(agent: Agent, what: string, before: Span[], whole: (spans: Span[]) => boolean): Promise<Span[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const spans = (await agent.traces()).flat();
    if (whole(without(spans, before))) return spans;
    if (Date.now() > deadline) throw new Error(`${what} sent no whole trace`);
    await pause(20);
  }
}
