import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalFunction } from '#local/template.ts';
import { headersOf, newTraceIds } from '#platform/telemetry/trace-ids.ts';
import { root } from '../function-files.ts';
import { type Agent, type Span, startAgent } from './tools.ts';

/** A request, as API Gateway would make an event of it. */
export interface Call {
  method?: string;
  path: string;
  query?: string;
  parameters?: Record<string, string>;
  body?: object;
  headers: Record<string, string>;
  /** Sends it twice, and looks at the second: a cold start reads without Redis. */
  warm?: boolean;
}

export interface TracedAnswer {
  statusCode: number;
  body: string;
  /** What the function wrote: our log line, and metrics on their way to Datadog. */
  lines: Record<string, unknown>[];
  spans: Span[];
  /** What the agent finds wrong with the traces. */
  failures: string;
}

interface Surroundings {
  layer: string;
  agent: string;
  handler: string;
  folder: string;
}

/** Runs a function once in a process of its own, as the cloud does in mode `layer`, with an agent of its own. */
export async function invokeTraced(
  fn: LocalFunction,
  call: Call,
  { layer, agent: binary, handler, folder }: Surroundings,
): Promise<TracedAnswer> {
  const agent = await startAgent(binary, folder);
  try {
    const task = join(folder, 'task', fn.logicalId);
    cpSync(join(root, fn.codeUri), task, { recursive: true }); // away from dist/node_modules: packages are found in the layers alone
    const { DD_API_KEY_SECRET_ARN: _, ...variables } = fn.environment; // there is no key, and nobody to take it
    const child = fork(join(import.meta.dirname, 'function-process.ts'), [handler, fn.name], {
      execArgv: [],
      env: {
        PATH: process.env.PATH,
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
    const answer = () => Promise.race([once(child, 'message'), ended]) as Promise<[{ result: { statusCode: number; body: string } }]>;
    await answer(); // that it is ready
    if (call.warm) {
      child.send(eventOf({ ...call, headers: { ...call.headers, ...headersOf({ ...newTraceIds(), sampled: false }) } }));
      await answer();
    }
    const before = await settled(agent, fn.logicalId, call.warm ? 1 : 0);
    child.send(eventOf(call));
    const [{ result }] = await answer();
    const spans = (await settled(agent, fn.logicalId, call.warm ? 2 : 1)).filter(
      ({ span_id }) => !before.some((each) => each.span_id === span_id),
    );
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    const lines = written.split('\n').filter((line) => line.startsWith('{'));
    return {
      ...result,
      lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
      spans,
      failures: await agent.failures(),
    };
  } finally {
    await agent.stop();
  }
}

/** The spans, once so many invocations are there as a whole: API Gateway's span ends last. */
async function settled(agent: Agent, what: string, invocations: number): Promise<Span[]> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const spans = (await agent.traces()).flat();
    if (spans.filter(({ name }) => name === 'aws.httpapi').length >= invocations) return spans;
    if (Date.now() > deadline) throw new Error(`${what} sent no whole trace`);
    await pause(20);
  }
}

function eventOf({ method = 'GET', path, query = '', parameters, body, headers }: Call): object {
  const template = Object.entries(parameters ?? {}).reduce((route, [name, value]) => route.replace(value, `{${name}}`), path);
  const routeKey = `${method} ${template}`;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api.example.com', ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(query ? { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) } : {}),
    ...(parameters ? { pathParameters: parameters } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'trace-check' },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '20/Nov/2026:21:15:00 +0000',
      timeEpoch: Date.now(),
    },
    isBase64Encoded: false,
    ...(body ? { body: JSON.stringify(body) } : {}),
  };
}
