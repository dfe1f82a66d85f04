import { describe, expect, test } from 'vitest';
import type { Combination } from './combinations.ts';
import { combinations, isRefused, parametersOf } from './combinations.ts';
import type { Evaluated } from './evaluated.ts';
import { brokenRules, evaluateResources } from './evaluated.ts';
import { infraFaults } from './infra.ts';
import { projectedResources, sizeFaults, sizeOf, variableFaults } from './limits.ts';
import { modeFaults } from './mode-faults.ts';

const remote: Combination = { stage: 'dev', instrumentation: 'remote', sizing: 'rightsized', egress: 'nat' };
const handler = '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler';

const fn = (properties: object = {}, variables: object = {}): Evaluated => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    ...{ Handler: 'index.handler', Layers: ['RuntimeLayer'], TracingConfig: { Mode: 'PassThrough' }, CodeSigningConfigArn: 'arn:signing' },
    VpcConfig: { Ipv6AllowedForDualStack: false },
    Environment: { Variables: { DD_SERVICE: 'a', DD_ENV: 'a', DD_VERSION: 'a', ...variables } },
    Tags: [
      { Key: 'application', Value: 'kelvo' },
      { Key: 'stage', Value: 'dev' },
    ],
    ...properties,
  },
});
const role = (...statements: object[]): Evaluated => ({
  Type: 'AWS::IAM::Role',
  Properties: { PermissionsBoundary: 'arn:boundary', Policies: [{ PolicyDocument: { Statement: statements } }] },
});
const api = (first: string): Evaluated => ({
  Type: 'AWS::ApiGatewayV2::Api',
  Properties: { Body: [first, ...Array.from({ length: 60 }, (_, i) => `arn:F${i}`)].map((target) => `x/functions/${target}/invocations`) },
});
const whole = { F: fn(), R: role({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:queue' }), Api: api('arn:F') };
const faults = (changed: Record<string, Evaluated>, combination = remote, canaries: string[] = []) =>
  modeFaults({ ...whole, ...changed }, combination, canaries, ['R', 'SendTelemetry', 'AttachNetworkInterfaces']);

describe('a deployed stack', () => {
  test('that holds has no faults', () => expect(faults({})).toEqual([]));

  test.each<[string, Record<string, Evaluated>, string]>([
    ['a key of Datadog with remote', { F: fn({}, { DD_API_KEY_SECRET_ARN: 'x' }) }, 'F has DD_API_KEY_SECRET_ARN'],
    ['a site of Datadog with remote', { F: fn({}, { DD_SITE: 'x' }) }, 'F has DD_SITE'],
    [
      'a layer of Datadog with remote',
      { F: fn({ Layers: ['RuntimeLayer', 'arn:layer:Datadog-Extension:1'] }) },
      'layers of Datadog is 1, it must be 0',
    ],
    ['its handler with remote', { F: fn({ Handler: handler }) }, 'its handler is /opt'],
    ['traces of X-Ray with remote', { F: fn({ TracingConfig: { Mode: 'Active' } }) }, 'its tracing is Active'],
    ['IPv6 without the way out for it', { F: fn({ VpcConfig: { Ipv6AllowedForDualStack: true } }) }, 'Ipv6AllowedForDualStack is true'],
    ['an unsigned function', { F: fn({ CodeSigningConfigArn: undefined }) }, 'F has no CodeSigningConfigArn'],
    ['a function without its stage', { F: fn({ Tags: [{ Key: 'application', Value: 'kelvo' }] }) }, 'F has no tag stage'],
    ['an alias with remote', { V: { Type: 'AWS::Lambda::Alias', Properties: {} } }, '1 of AWS::Lambda::Alias, it must be 0'],
    ['a route to an alias with remote', { Api: api('FAliaslive') }, 'API Gateway calls aliases of FAliaslive'],
    ['no routes', { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} } }, 'API Gateway calls 0 functions only'],
    ['the resource *', { R: role({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }) }, 'R allows something on every resource'],
    ['the resource * in a list', { R: role({ Effect: 'Allow', Action: 'a:b', Resource: ['arn:a', '*'] }) }, 'R allows something'],
    [
      'X-Ray with remote',
      { R: role({ Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: 'arn:a' }) },
      'traces may be sent to X-Ray',
    ],
    ['a role that SAM made', { FRole: role() }, 'SAM made the role FRole'],
    ['an unbounded role', { R: { Type: 'AWS::IAM::Role', Properties: {} } }, 'R has no permissions boundary'],
    [
      'a managed policy of AWS',
      {
        R: {
          Type: 'AWS::IAM::Role',
          Properties: { PermissionsBoundary: 'a', ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess'] },
        },
      },
      'a role has a managed policy of AWS',
    ],
  ])('with %s has one', (_, changed, fault) => {
    expect(faults(changed)).toEqual([expect.stringContaining(fault)]);
  });

  test('of mode layer needs Datadog in every function, and the canaries’ aliases in front of their routes', () => {
    const layer = { ...remote, instrumentation: 'layer' } as const;
    const canary = Object.fromEntries(
      [
        'Lambda::Version',
        'Lambda::Alias',
        'CodeDeploy::DeploymentGroup',
        'ApplicationAutoScaling::ScalableTarget',
        'ApplicationAutoScaling::ScalingPolicy',
      ].map((type) => [type, { Type: `AWS::${type}`, Properties: {} }]),
    );
    const wrapped = fn(
      { Handler: handler, Layers: ['RuntimeLayer', 'arn:layer:Datadog-Node24-x:1', 'arn:layer:Datadog-Extension:1'] },
      { DD_SITE: 'x' },
    );
    expect(faults({ F: wrapped, ...canary, Api: api('FAliaslive') }, layer, ['F'])).toEqual([]);
    expect(faults({ F: wrapped, ...canary }, layer, ['F'])).toEqual(['API Gateway does not call the alias of F, or not alone']);
    expect(faults({ Api: api('FAliaslive') }, layer, ['F'])).toHaveLength(5 + 2);
  });

  test('of mode xray sends traces to X-Ray', () => {
    const xray = { ...remote, instrumentation: 'xray' } as const;
    const active = fn({ TracingConfig: { Mode: 'Active' }, Environment: { Variables: {} } });
    const traces = role({ Effect: 'Allow', Action: ['xray:PutTraceSegments'], Resource: '*' });
    expect(faults({ F: active, SendTelemetry: traces }, xray)).toEqual([]);
    expect(faults({ F: active }, xray)).toEqual(['traces may not be sent to X-Ray']);
  });

  test('of mode otlp knows its collector, and of no other mode any', () => {
    const otlp = { ...remote, instrumentation: 'otlp' } as const;
    const sending = fn({ Environment: { Variables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' } } });
    expect(faults({ F: sending }, otlp)).toEqual([]);
    expect(faults({ F: fn({ Environment: { Variables: {} } }) }, otlp)).toEqual([
      'F: the collector that it sends spans to is false, it must be true',
    ]);
    expect(faults({ F: sending }, { ...remote, instrumentation: 'none' })).toEqual([
      'F: the collector that it sends spans to is true, it must be false',
    ]);
  });
});

describe('network and data', () => {
  const vpc = { Type: 'AWS::EC2::VPC', Properties: {} };
  const gateway = { Type: 'AWS::EC2::NatGateway', Properties: {} };
  const database = (DBInstanceClass: string, DeletionProtection = false) => ({
    Type: 'AWS::RDS::DBInstance',
    Properties: { DBInstanceClass, DeletionProtection },
  });

  test.each<[string, Record<string, Evaluated>, Partial<Combination>, string[]]>([
    ['nothing amiss', { vpc, gateway, db: database('db.t4g.micro') }, {}, []],
    ['no gateway', { vpc }, {}, ['0 NAT gateways, it must be 1']],
    ['a gateway that costs and is not needed', { vpc, gateway }, { egress: 'nat-instance' }, ['1 NAT gateways, it must be 0']],
    ['no way out for IPv6', { vpc }, { egress: 'ipv6' }, ['there is no way out for IPv6']],
    ['a large database', { db: database('db.t3.medium') }, {}, ['the database is a db.t3.medium']],
    ['a small database', { db: database('db.t4g.micro') }, { sizing: 'oversized' }, ['the database is a db.t4g.micro']],
    ['a database that can be deleted', { db: database('db.t4g.micro') }, { stage: 'prod' }, ['the database of prod can be deleted']],
    ['an unbounded role', { r: { Type: 'AWS::IAM::Role', Properties: {} } }, {}, ['a role has no permissions boundary']],
  ])('with %s', (_, resources, more, expected) => {
    expect(infraFaults(resources, { ...remote, ...more })).toEqual(expected);
  });
});

describe('a template after the transform', () => {
  const template = (resources: number, more: object = {}) => ({
    ...{ Parameters: {}, Conditions: {} },
    Resources: Object.fromEntries(Array.from({ length: resources }, (_, i) => [`R${i}`, { Type: 'AWS::SQS::Queue' }])),
    ...more,
  });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`P${i}`, {}]));

  test.each<[string, ReturnType<typeof template>, string[]]>([
    ['nothing too much', template(140), []],
    ['too many resources', template(451), ['451 resources, 450 are allowed', '761 resources with what is planned, 450 are allowed']],
    ['too many resources soon', template(141), ['451 resources with what is planned, 450 are allowed']],
    ['too many secrets', template(1, { Conditions: { A: '{{resolve:'.repeat(61) } }), ['61 references, 60 are allowed']],
    ['too many parameters', template(1, { Parameters: many(201) }), ['201 parameters, 200 are allowed']],
    ['too many outputs', template(1, { Outputs: many(201) }), ['201 outputs, 200 are allowed']],
    [
      'too many bytes',
      template(1, { Conditions: { A: 'x'.repeat(1_000_000) } }),
      [expect.stringMatching(/^\d+ bytes, 1000000 are allowed/)],
    ],
  ])('with %s', (_, given, expected) => {
    expect(sizeFaults({ ...sizeOf(given), projected: projectedResources(given) })).toEqual(expected);
  });

  test('counts variables with the secrets that come in', () => {
    const variables = { A: 'x'.repeat(4_002) };
    expect(variableFaults({ F: fn({}, variables) })).toEqual([]);
    const secret = '{{secretsmanager:arn:aws:secretsmanager:us-east-1:1:secret:a:SecretString:orderTokenKey::v1}}';
    expect(variableFaults({ F: fn({}, { ...variables, B: secret }) })).toEqual(['F has 4097 bytes of variables, 4096 are allowed']);
  });
});

describe('a way of deploying', () => {
  test('is each of 3 stages, 5 instrumentations, 2 sizings and 4 egresses, and those that need IPv4 are refused with IPv6', () => {
    expect(combinations).toHaveLength(120);
    expect(combinations.filter(isRefused)).toHaveLength(12);
    expect(new Set(combinations.map((each) => JSON.stringify(parametersOf(each)))).size).toBe(120);
  });

  test('makes resources whose condition holds, and names the rules that it breaks', () => {
    const template = {
      Parameters: { Stage: {} },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Rules: { R: { Assertions: [{ Assert: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, AssertDescription: 'Only in prod.' }] } },
      Resources: { Always: { Type: 'A', Properties: { Name: { Ref: 'Stage' } } }, Sometimes: { Type: 'B', Condition: 'IsProd' } },
    };
    expect(evaluateResources(template, { Stage: 'dev' })).toEqual({ Always: { Type: 'A', Properties: { Name: 'dev' } } });
    expect(Object.keys(evaluateResources(template, { Stage: 'prod' }))).toEqual(['Always', 'Sometimes']);
    expect([brokenRules(template, { Stage: 'dev' }), brokenRules(template, { Stage: 'prod' })]).toEqual([['Only in prod.'], []]);
    expect(() => evaluateResources(template, {})).toThrow('parameter Stage has neither');
  });
});
