import { describe, expect, test } from 'vitest';
import { functionFiles } from '../../scripts/function-files.ts';
import { read } from './support/sources.ts';
import { tableRows } from './support/tables.ts';
import { type Resource, refOf, template, templateFunctions, valueIn } from './support/template.ts';

const { Resources: resources } = template;
const properties = (id: string) => resources[id]?.Properties ?? {};
const globalVariables = template.Globals.Function.Environment.Variables;
const ownVariables = (id: string) => (properties(id).Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};

describe('every function', () => {
  test.each(['prod', 'staging'])('has its name and its log group in %s', (stage) => {
    const faults = functionFiles().flatMap(({ domain, verbNoun, logicalId: id }) => {
      if (resources[id] === undefined) return [];
      const name = `rumshop-${domain}-${verbNoun}${stage === 'prod' ? '' : `-${stage}`}`;
      const { FunctionName, LoggingConfig } = properties(id);
      const logGroup = refOf((LoggingConfig as { LogGroup?: unknown } | undefined)?.LogGroup);
      const { LogGroupName, RetentionInDays } = properties(logGroup ?? '');
      return [
        ...(valueIn(stage, FunctionName) === name ? [] : [`${id} must be named ${name}, it is ${valueIn(stage, FunctionName)}`]),
        ...(logGroup === undefined ? [`${id} needs LoggingConfig: LogGroup: !Ref ${id}Log`] : []),
        ...(logGroup === undefined || valueIn(stage, LogGroupName) === `/aws/lambda/${name}`
          ? []
          : [`${logGroup} must be named /aws/lambda/${name}, it is ${valueIn(stage, LogGroupName)}`]),
        ...(logGroup === undefined || refOf(RetentionInDays) === 'LogRetentionDays'
          ? []
          : [`${logGroup} must end its logs by LogRetentionDays`]),
      ];
    });
    expect(faults).toEqual([]);
  });

  test('runs what the build makes, as it is', () => {
    const faults = Object.entries(templateFunctions)
      .filter(([id, { Properties, Metadata }]) => Properties?.CodeUri !== `dist/${id}` || Metadata?.SkipBuild !== true)
      .map(([id]) => `${id} needs CodeUri: dist/${id} and Metadata: SkipBuild: true`);
    expect(faults).toEqual([]);
  });
});

describe('the stack', () => {
  test('stays clear of the 500 resources that CloudFormation allows', () => {
    const count = Object.values(resources).reduce((sum, resource) => sum + resourcesOf(resource), 0);
    expect(count).toBeGreaterThan(Object.keys(resources).length);
    expect(count).toBeLessThan(450);
  });

  test('names no partition, region or account', () => {
    expect(read('template.yaml').match(/arn:aws[^\s'"]*|\b\d{12}\b|[a-z]{2}-[a-z]+-\d:/g) ?? []).toEqual([]);
  });
});

/** The variables that platform/config.ts reads. */
const known = new Set(
  [...(/z\.object\(\{([\s\S]*?)\n\}\)/.exec(read('platform/config.ts'))?.[1] ?? '').matchAll(/^ {2}([A-Z][A-Z0-9_]*):/gm)].map(
    ([, name]) => name as string,
  ),
);

describe('a variable', () => {
  test('means the same in every function, but for the name that Datadog knows each by', () => {
    const first: Record<string, { id: string; value: string }> = {};
    const faults = Object.keys(templateFunctions).flatMap((id) =>
      Object.entries({ ...globalVariables, ...ownVariables(id) }).flatMap(([name, given]) => {
        const value = JSON.stringify(given);
        if (name === 'DD_SERVICE') return []; // not there locally, where one process runs them all
        first[name] ??= { id, value };
        return first[name].value === value ? [] : [`${name} differs between ${first[name].id} and ${id}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  test('of the template is read by platform/config.ts, and the other way round', () => {
    const declared = new Set([
      ...Object.keys(globalVariables),
      ...Object.keys(templateFunctions).flatMap((id) => Object.keys(ownVariables(id))),
    ]);
    expect(known.size).toBeGreaterThan(10);
    const isOthers = (name: string) => Object.keys(readByOthers).some((prefix) => name.startsWith(prefix));
    expect([
      ...[...declared].filter((name) => !known.has(name) && !isOthers(name)).map((name) => `${name}: platform/config.ts does not read it`),
      ...[...known].filter((name) => !declared.has(name)).map((name) => `${name}: template.yaml does not set it`),
    ]).toEqual([]);
  });

  test('is explained in README.md, and no other is', () => {
    const section = /^## Variables\n([\s\S]*?)^## /m.exec(read('README.md'))?.[1] ?? '';
    expect(
      tableRows(section)
        .map(([name]) => name)
        .sort(),
    ).toEqual([...known].sort());
  });
});

/** Variables that the template sets for somebody else than our code. */
const readByOthers: Record<string, string> = {
  POWERTOOLS_LOG_LEVEL: 'the logger of Powertools',
  DD_SERVICE: "Datadog's tracer and extension, as are the next ones",
  DD_ENV: '',
  DD_VERSION: '',
  DD_LAMBDA_HANDLER: '',
  DD_API_KEY_SECRET_ARN: '',
  DD_SITE: '',
  DD_TRACE_ENABLED: '',
  DD_SERVERLESS_LOGS_ENABLED: '',
  DD_LOGS_INJECTION: '',
  DD_CAPTURE_LAMBDA_PAYLOAD: '',
  DD_DBM_PROPAGATION_MODE: '',
};

/** How many CloudFormation resources one of SAM's becomes (serverless-application-model, docs/internals/generated_resources.rst). */
function resourcesOf({ Type, Properties = {} }: Resource): number {
  if (Type === 'AWS::Serverless::HttpApi') return 2; // API, stage
  if (Type !== 'AWS::Serverless::Function') return 1;
  const role = Properties.Role === undefined ? 1 : 0;
  const alias = Properties.AutoPublishAlias === undefined ? 0 : 2; // version, alias
  const canary = Properties.DeploymentPreference === undefined ? 0 : 1; // deployment group
  const events = Object.values((Properties.Events ?? {}) as Record<string, { Type: string }>);
  const perEvent: Record<string, number> = { HttpApi: 1, ScheduleV2: 2, Schedule: 2, EventBridgeRule: 2, SQS: 1, Kinesis: 1 };
  return 1 + role + alias + canary + events.reduce((sum, event) => sum + (perEvent[event.Type] ?? 2), 0);
}
