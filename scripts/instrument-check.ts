// npm run instrument:check: Datadog's own command, which Remote Instrumentation runs too, instruments every function of the template; then the functions
// run as it left them, behind Datadog's real handler. Installs what it needs outside of the repository; needs no account.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { localSecrets } from '#local/secrets.ts';
import { type LocalFunction, readTemplate } from '#local/template.ts';
import { localParameters, localVariables } from '#local/values.ts';
import { buildFunctions } from './build-functions.ts';
import { takesNothing } from './command-line.ts';
import { root } from './function-files.ts';
import { addedVariables, updateFaults } from './instrument-check/changes.ts';
import { installDatadogCi, instrument } from './instrument-check/datadog-ci.ts';
import { type Configuration, startLambdaApi } from './instrument-check/lambda-api.ts';
import { parametersOf } from './templates-check/combinations.ts';
import { invokeTraced } from './trace-check/invoke.ts';
import { requestEvent } from './trace-check/request.ts';
import { installTools } from './trace-check/tools.ts';

takesNothing(`Usage: npm run instrument:check

Instruments every function of the template by Datadog's own command and runs them as it left them, in about half a minute. The first time it installs
what it needs into a cache folder, which takes two. Needs no account. Ends with 0; with 1 when something is not as it should be.`);

const file = join(root, 'template.yaml');
const arn = (kind: string) => `arn:aws:lambda:us-east-1:000000000000:${kind}`;
const folder = mkdtempSync(join(tmpdir(), 'kelvo-instrument-check-'));
try {
  const tools = installTools();
  const program = installDatadogCi();
  await buildFunctions();

  // With values as long as those of a stage: the variables that come in must fit beside them.
  const secrets = Object.fromEntries(
    ['accessTokenSigningKey', 'orderTokenKey', 'paymentWebhookSecret', 'smtpUrl', 'stripeSecretKey'].map((key) => [key, 'x'.repeat(300)]),
  );
  const { Sizing: _, ...parameters } = parametersOf({ stage: 'staging', instrumentation: 'remote', sizing: 'rightsized', egress: 'nat' });
  const { functions: deployed } = readTemplate(file, { parameters, secrets });
  const api = await startLambdaApi(deployed.map(configurationOf));
  await instrument(
    program,
    deployed.map(({ name }) => arn(`function:${name}`)),
    api.url,
  );
  await api.stop();
  const faults = deployed.flatMap((fn) => updateFaults(configurationOf(fn), api.updates.get(fn.name)));
  assert.deepEqual([...faults, ...api.unknown], []);
  const [first] = deployed as [LocalFunction];
  const added = addedVariables(configurationOf(first), api.updates.get(first.name) ?? {});
  console.log(`${deployed.length} functions are instrumented, each with ${Object.keys(added).sort().join(', ')}.`);

  const variables = localVariables({
    databaseUrl: 'postgresql://kelvo_app@127.0.0.1:1/kelvo', // nobody listens there
    redisUrl: null,
    gatewayPort: 1,
    secrets: localSecrets(folder),
  });
  const { functions: local } = readTemplate(file, { parameters: { ...localParameters, Instrumentation: 'remote' }, variables });
  const everything = Object.assign({}, ...local.map(({ environment }) => environment)) as Record<string, string>;
  const { DD_API_KEY: _key, ...changes } = added; // there is nobody to take it
  await loadAll({ ...everything, ...changes });
  console.log(`${local.length} functions load behind Datadog's handler.`);

  for (const [logicalId, path, status] of [
    ['OpsFallback', '/api/nothing', 404],
    ['OpsGetOpenapi', '/api/openapi.json', 200],
    ['OpsGetHealth', '/api/health', 503],
  ] as const) {
    const fn = local.find((each) => each.logicalId === logicalId);
    assert(fn, logicalId);
    const instrumented = { ...fn, handler: '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler' };
    const event = requestEvent({ path, headers: {} });
    const traced = await invokeTraced<{ statusCode: number }>(instrumented, { event }, { ...tools, folder }, { variables: changes });
    assert.equal(traced.result.statusCode, status, `${logicalId} answers ${JSON.stringify(traced.result)}`);
    const span = traced.spans.find(({ name }) => name === 'aws.lambda');
    assert(span, `${logicalId} has no span`);
    const line = traced.lines.find(({ request_id }) => request_id !== undefined);
    assert(line?.['dd.trace_id'], `${logicalId} writes no JSON line that names its trace: ${JSON.stringify(traced.lines)}`);
    console.log(`${logicalId} answers ${status}, as ${span.service}, and its log line is in its trace.`);
  }

  async function loadAll(env: Record<string, string>): Promise<void> {
    const tasks = local.map(({ logicalId: id, codeUri }) => {
      const task = join(folder, 'all', id);
      cpSync(join(root, codeUri), task, { recursive: true }); // away from dist/node_modules: packages are found in the layers alone
      return { id, task };
    });
    const modules = [tools.layer, join(root, 'dist/layers/runtime/nodejs/node_modules')].join(delimiter);
    const child = fork(
      join(import.meta.dirname, 'instrument-check/load-all.ts'),
      [JSON.stringify({ handlerFile: tools.handler, functions: tasks })],
      {
        execArgv: [],
        env: { PATH: process.env.PATH, ...env, AWS_REGION: 'us-east-1', NODE_PATH: modules, DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false' },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    const ended = once(child, 'close').then(([code]) => {
      throw new Error(`Loading all functions ended with ${code}`);
    });
    const [failed] = (await Promise.race([once(child, 'message'), ended])) as [string[]];
    await ended.catch(() => undefined);
    assert.deepEqual(failed, []);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** As Lambda shows it. The command's version does not know Node 24 yet: asked as Node 22 it makes the same changes, with the layer of that name. */
function configurationOf({ name, handler, memory, environment }: LocalFunction): Configuration {
  return {
    FunctionName: name,
    FunctionArn: arn(`function:${name}`),
    Runtime: 'nodejs22.x',
    Handler: handler,
    Architectures: ['arm64'],
    MemorySize: memory,
    Layers: [{ Arn: arn('layer:kelvo-runtime-staging:1') }],
    Environment: { Variables: environment },
  };
}
