import { describe, expect, test } from 'vitest';
import type { Tree } from '#local/template-values.ts';
import { serviceOf } from '#platform/telemetry/service.ts';
import { skipReasons } from '../../scripts/instrument-check/skip-reasons.ts';
import {
  arnOf,
  brokenRules,
  ownVariables,
  parametersOf,
  propertiesOf,
  template,
  templateFunctions,
  valueWith,
} from './support/template.ts';

const layers = {
  DatadogNodeLayerArn: 'arn:aws:lambda:us-east-1:000000000000:layer:Datadog-Node24-x:1',
  DatadogExtensionLayerArn: 'arn:aws:lambda:us-east-1:000000000000:layer:Datadog-Extension-ARM:1',
  DatadogApiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:datadog',
};
const collector = {
  OtlpEndpoint: 'http://collector.internal:4318',
  OtlpHeadersSecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:collector',
};
const datadogHandler = '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler';
const tags = { DD_ENV: 'staging', DD_VERSION: '1.2.3' };

const policyActions = (document: unknown) =>
  (document as { Statement: { Action: string | string[] }[] }).Statement.flatMap(({ Action }) => Action);

/** Everything that tells which tracer a function loads. */
function instrumentationOf(id: string, parameters: Record<string, string>) {
  const value = (of: unknown) => valueWith({ ...parametersOf('staging'), Version: '1.2.3', ...parameters }, of);
  const own = propertiesOf(id);
  const variables: Tree = { ...template.Globals.Function.Environment.Variables, ...ownVariables(id) };
  const tracing = Object.fromEntries(
    Object.entries(variables)
      .filter(([name]) => /^(DD_|AWS_LAMBDA_EXEC_WRAPPER|POWERTOOLS_TRAC|INSTRUMENTATION|OTEL_|OTLP_)/.test(name))
      .map(([name, given]) => [name, value(given)])
      .filter(([, given]) => given !== undefined),
  );
  return {
    name: String(value(own.FunctionName)),
    handler: value(own.Handler ?? template.Globals.Function.Handler),
    layers: value([template.Globals.Function.Layers, own.Layers ?? []].flat()),
    tracing: value(own.Tracing ?? template.Globals.Function.Tracing),
    variables: tracing as Record<string, string>,
    // Whoever has the extension may read Datadog's key, and whoever X-Ray's tracer, send it traces; nobody else.
    allowed: policyActions(value(propertiesOf('SendTelemetry').PolicyDocument)),
    policies: propertiesOf(arnOf(own.Role) ?? '').ManagedPolicyArns,
  };
}

const plain = { handler: 'index.handler', layers: ['RuntimeLayer'], tracing: 'PassThrough' };
const modes: [string, Record<string, string>, { handler: string; layers: string[]; tracing: string; variables: object }][] = [
  ['remote, the default', {}, { ...plain, variables: { INSTRUMENTATION: 'remote', ...tags, DD_SERVICE: expect.any(String) } }],
  ['remote without unified tags', { UnifiedTags: 'false' }, { ...plain, variables: { INSTRUMENTATION: 'remote' } }],
  [
    'layer',
    { Instrumentation: 'layer', UnifiedTags: 'false', ...layers },
    {
      handler: datadogHandler,
      layers: ['RuntimeLayer', layers.DatadogNodeLayerArn, layers.DatadogExtensionLayerArn],
      tracing: 'PassThrough',
      variables: {
        INSTRUMENTATION: 'layer',
        ...tags,
        DD_SERVICE: expect.any(String),
        DD_LAMBDA_HANDLER: 'index.handler',
        DD_API_KEY_SECRET_ARN: layers.DatadogApiKeySecretArn,
        DD_SITE: 'datadoghq.com',
        DD_TRACE_ENABLED: 'true',
        DD_SERVERLESS_LOGS_ENABLED: 'true',
        DD_LOGS_INJECTION: 'false',
        DD_CAPTURE_LAMBDA_PAYLOAD: 'false',
        DD_DBM_PROPAGATION_MODE: 'full',
      },
    },
  ],
  ['xray', { Instrumentation: 'xray', ...layers }, { ...plain, tracing: 'Active', variables: { INSTRUMENTATION: 'xray' } }],
  [
    'otlp',
    { Instrumentation: 'otlp', ...collector },
    {
      ...plain,
      variables: {
        INSTRUMENTATION: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.OtlpEndpoint,
        OTEL_EXPORTER_OTLP_HEADERS: '',
        OTLP_HEADERS_SECRET_ARN: collector.OtlpHeadersSecretArn,
      },
    },
  ],
  ['none', { Instrumentation: 'none', ...layers, ...collector }, { ...plain, variables: { INSTRUMENTATION: 'none' } }],
];

describe('instrumentation', () => {
  test.each(modes)('%s gives every function exactly its tracer, layers and variables', (_, parameters, expected) => {
    for (const id of Object.keys(templateFunctions)) {
      const { name: _name, policies, allowed, ...given } = instrumentationOf(id, parameters);
      expect({ id, ...given }).toEqual({ id, ...expected });
      expect({ id, policies }).toEqual({ id, policies: expect.arrayContaining([{ Ref: 'SendTelemetry' }]) });
      expect({ id, reads: allowed.includes('secretsmanager:GetSecretValue') }).toEqual({
        id,
        reads: parameters.Instrumentation === 'layer' || parameters.Instrumentation === 'otlp',
      });
      expect({ id, traces: allowed.includes('xray:PutTraceSegments') }).toEqual({ id, traces: parameters.Instrumentation === 'xray' });
      const tracers = [given.handler === datadogHandler, given.tracing === 'Active'].filter(Boolean);
      expect(tracers.length, id).toBe(['layer', 'xray'].includes(parameters.Instrumentation ?? '') ? 1 : 0);
    }
  });

  test('names every function after its domain, and orders, catalog and payments as the dashboards expect', () => {
    for (const id of Object.keys(templateFunctions)) {
      const { name, variables } = instrumentationOf(id, {});
      expect({ id, service: variables.DD_SERVICE }).toEqual({ id, service: serviceOf(name) });
    }
    const named = (domain: string) => serviceOf(`rumshop-${domain}-do-something-staging`);
    expect(['orders', 'catalog', 'payments', 'cart'].map(named)).toEqual([
      'rum-shop-order-service',
      'rum-shop-order-service',
      'rum-shop-payment',
      'rum-shop-cart',
    ]);
  });

  test.each(Object.keys(layers))('layer cannot be deployed without %s', (missing) => {
    const parameters = { ...parametersOf('staging'), Instrumentation: 'layer', ...layers };
    expect(brokenRules(parameters)).toEqual([]);
    expect(brokenRules({ ...parameters, [missing]: '' })).toEqual([`Instrumentation layer needs ${missing}.`]);
  });

  test('otlp cannot be deployed without a collector, and needs no secret', () => {
    const parameters = { ...parametersOf('staging'), Instrumentation: 'otlp' };
    expect(brokenRules(parameters)).toEqual(['Instrumentation otlp needs OtlpEndpoint.']);
    expect(brokenRules({ ...parameters, OtlpEndpoint: collector.OtlpEndpoint, Egress: 'ipv6' })).toEqual([]);
    expect(instrumentationOf('CartAddItem', { Instrumentation: 'otlp', OtlpEndpoint: collector.OtlpEndpoint }).allowed).not.toContain(
      'secretsmanager:GetSecretValue',
    );
  });

  test('remote cannot be deployed for ddog-gov.com, which Remote Instrumentation does not support', () => {
    const parameters = { ...parametersOf('staging'), DatadogSite: 'ddog-gov.com' };
    expect(brokenRules(parameters)).toEqual([expect.stringContaining('does not support ddog-gov.com')]);
    expect(brokenRules({ ...parameters, ...layers, Instrumentation: 'layer' })).toEqual([]);
    expect(brokenRules({ ...parameters, Instrumentation: 'none' })).toEqual([]);
  });

  test.each(['ProvisionedConcurrency', 'ProvisionedConcurrencyMax', 'ProvisionedConcurrencyAtPeak'])(
    '%s needs versions, which only layer publishes',
    (name) => {
      const provisioned = { ProvisionedConcurrencyMax: '4', [name]: '2' };
      expect(brokenRules({ ...parametersOf('staging'), ...layers, Instrumentation: 'layer', ...provisioned })).toEqual([]);
      for (const Instrumentation of ['remote', 'xray', 'otlp', 'none'])
        expect(brokenRules({ ...parametersOf('staging'), ...collector, Instrumentation, ...provisioned })).toEqual([
          'Provisioned concurrency needs Instrumentation layer.',
        ]);
    },
  );

  test('hours of more provisioned concurrency need a maximum', () => {
    const parameters = { ...parametersOf('staging'), ...layers, Instrumentation: 'layer', ProvisionedConcurrencyAtPeak: '2' };
    expect(brokenRules(parameters)).toEqual([expect.stringContaining('needs a ProvisionedConcurrencyMax')]);
  });
});

describe('Remote Instrumentation', () => {
  const whole = { runtime: 'nodejs24.x', memory: 512, handler: 'index.handler', layers: ['RuntimeLayer'], variables: ['DD_ENV'] };

  test.each(['true', 'false'])('takes every function in mode remote, with UnifiedTags %s', (UnifiedTags) => {
    const { Globals } = template;
    const passedOver = Object.keys(templateFunctions).flatMap((id) => {
      const { handler, layers: own, variables } = instrumentationOf(id, { UnifiedTags });
      const { MemorySize = Globals.Function.MemorySize, Runtime = Globals.Function.Runtime, Tags = {} } = propertiesOf(id);
      const names = Object.keys(variables);
      const given = { runtime: String(Runtime), memory: Number(MemorySize), handler: String(handler), layers: own as string[] };
      const tags = { ...(Globals.Function.Tags as Tree), ...(Tags as Tree) };
      const reasons = [
        ...skipReasons({ ...given, variables: names }),
        // Datadog's rule chooses functions by these (docs/first-deploy.md).
        ...['application', 'stage'].filter((tag) => tags[tag] === undefined).map((tag) => `has no tag ${tag}`),
      ];
      // Its documentation doubts the unified tags, its code takes them: without them there is nothing of Datadog's at all.
      const left = names.filter((name) => name.startsWith('DD_'));
      return [...reasons, ...(UnifiedTags === 'false' ? left : [])].map((reason) => `${id} ${reason}`);
    });
    expect(passedOver).toEqual([]);
  });

  test('would pass over every function in mode layer', () => {
    for (const id of Object.keys(templateFunctions)) {
      const { layers: own, variables } = instrumentationOf(id, { Instrumentation: 'layer', ...layers });
      expect(skipReasons({ ...whole, layers: own as string[], variables: Object.keys(variables) })).toContain('has a key and a site');
    }
  });

  test.each([
    [{ variables: ['DD_API_KEY', 'DD_SITE'] }, 'has a key and a site'],
    [{ variables: ['DD_TRACE_ENABLED'] }, 'has DD_TRACE_ENABLED, documented as a reason'],
    [{ variables: ['AWS_LAMBDA_EXEC_WRAPPER'] }, 'has a wrapper of its own'],
    [
      { layers: ['arn:aws:lambda:us-east-1:0:layer:Datadog-Extension-ARM:1'] },
      'has the layer arn:aws:lambda:us-east-1:0:layer:Datadog-Extension-ARM:1',
    ],
    [{ handler: datadogHandler }, `has the handler ${datadogHandler}`],
    [{ runtime: 'provided.al2023' }, 'has the runtime provided.al2023'],
    [{ memory: 256 }, 'has 256 MB, Datadog recommends more than 256'],
  ])('passes over a function with %o', (more, reason) => {
    expect(skipReasons(whole)).toEqual([]);
    expect(skipReasons({ ...whole, ...more })).toContain(reason);
  });
});
