/** What Datadog's Remote Instrumentation needs of the deployed functions, and what it makes of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buyAsGuest } from '#local/sam/guest-purchase.ts';
import { installDatadogCi } from '../../instrument-check/datadog-ci.ts';
import { skipReasons } from '../../instrument-check/skip-reasons.ts';
import { installTools } from '../../trace-check/tools.ts';
import { type Context, run } from '../context.ts';
import { account, region } from '../emulator.ts';
import { configurationOf, type FunctionConfiguration, functionsOf } from '../functions.ts';
import { addressOf } from '../shop.ts';

/** Why Datadog would leave a function alone, as Lambda tells it. */
const reasonsToSkip = ({ FunctionName, Layers = [], Environment, Runtime, MemorySize, Handler }: FunctionConfiguration): string[] =>
  skipReasons({
    runtime: Runtime,
    memory: MemorySize,
    handler: Handler,
    layers: Layers.map(({ Arn }) => Arn),
    variables: Object.keys(Environment?.Variables ?? {}),
  }).map((reason) => `${FunctionName} ${reason}`);

const shopFunctions = async ({ aws }: Context) =>
  (await functionsOf(aws, 'dev')).filter(({ FunctionName }) => FunctionName.startsWith('rumshop-'));

export async function takenByDatadog(context: Context): Promise<string> {
  const functions = await shopFunctions(context);
  assert.deepEqual(functions.flatMap(reasonsToSkip), []);
  return `none of ${functions.length} functions gives a reason to skip it`;
}

/** The emulator's Lambda as the pinned command understands it: it knows no Node 24 yet, and makes the same changes when it is told Node 22. */
async function lambdaForNode22({ emulator }: Context): Promise<{ url: string; close(): void }> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { host: _, connection: __, ...headers } = incoming.headers;
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const answer = await fetch(emulator.url + incoming.url, {
      method: incoming.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...body,
    });
    outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    outgoing.end((await answer.text()).replaceAll('"nodejs24.x"', '"nodejs22.x"'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, close: () => server.close() };
}

/** Instruments what a purchase calls by Datadog's own command, buys behind Datadog's handler, and finds its changes gone after the next deploy. */
export async function instrumentAndBuy(context: Context): Promise<string> {
  const names = [
    'catalog-list-products',
    'catalog-get-product',
    'cart-add-item',
    'orders-place-order',
    'payments-create-intent',
    'payments-confirm-payment',
    'orders-get-order',
  ];
  const all = await shopFunctions(context);
  const chosen = all.filter(({ FunctionName }) => names.some((name) => FunctionName === `rumshop-${name}-dev`));
  assert.ok(chosen.length >= 6, 'the purchase’s functions are there');
  symlinkSync(installTools().layer, join(context.emulator.folder, 'datadog'));
  const lambda = await lambdaForNode22(context);
  try {
    const args = [
      'lambda',
      'instrument',
      ...chosen.flatMap(({ FunctionArn }) => ['-f', FunctionArn]),
      '-v',
      '1',
      '-e',
      '1',
      '--tracing',
      'true',
      '--logging',
      'true',
      '--no-source-code-integration',
    ];
    const env = {
      AWS_ENDPOINT_URL: lambda.url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
      DATADOG_API_KEY: 'a-key-that-opens-nothing',
      DATADOG_SITE: 'datadoghq.com',
      NODE_OPTIONS: '',
    };
    const { code, output } = await run(context, process.execPath, [installDatadogCi(), ...args], env);
    assert.equal(code, 0, `datadog-ci lambda instrument: ${output.slice(-800)}`);
  } finally {
    lambda.close();
  }
  for (const { FunctionName } of chosen) {
    const { Handler, Layers = [], Environment } = await configurationOf(context.aws, FunctionName);
    assert.match(Handler, /datadog-lambda-js\/handler\.handler$/, FunctionName);
    assert.equal(Layers.filter(({ Arn }) => /Datadog-(Node|Extension)/.test(Arn)).length, 2, FunctionName);
    assert.equal(Environment?.Variables?.DD_LAMBDA_HANDLER, 'index.handler', FunctionName);
  }
  const lines: string[] = [];
  await buyAsGuest(await addressOf(context, 'dev'), (line) => lines.push(line));
  return `${chosen.length} functions in ${region} of ${account}; ${lines.find((line) => line.includes('is paid')) ?? ''}`;
}
