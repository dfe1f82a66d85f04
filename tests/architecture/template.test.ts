import { describe, expect, test } from 'vitest';
import { shortNameOf } from '#functions/ops/lib/queue-names.ts';
import { functionFiles } from '../../scripts/function-files.ts';
import { cost, planned } from '../../scripts/templates-check/limits.ts';
import { read } from './support/sources.ts';
import { tableRows } from './support/tables.ts';
import {
  arnOf,
  brokenRules,
  eventsOf,
  ownVariables,
  parametersOf,
  propertiesOf,
  refOf,
  template,
  templateFunctions,
  valueIn,
  valueWith,
} from './support/template.ts';
import { bytesPerFunction, countResources, dynamicReferences } from './support/transformed.ts';

const { Resources: resources } = template;
const globalVariables = template.Globals.Function.Environment.Variables;
const functionIds = Object.keys(templateFunctions);
const stages = ['dev', 'staging', 'prod'];
/** The ids of the resources of a type. */
const ofType = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);

describe('every function', () => {
  test.each(stages)('has its name and its log group in %s', (stage) => {
    const faults = functionFiles().flatMap(({ domain, verbNoun, logicalId: id }) => {
      if (resources[id] === undefined) return [];
      const name = `rumshop-${domain}-${verbNoun}${stage === 'prod' ? '' : `-${stage}`}`;
      const { FunctionName, LoggingConfig } = propertiesOf(id);
      const logGroup = refOf((LoggingConfig as { LogGroup?: unknown } | undefined)?.LogGroup);
      const group = `/kelvo/${stage}/functions/${domain}`;
      return [
        ...(valueIn(stage, FunctionName) === name ? [] : [`${id} must be named ${name}, it is ${valueIn(stage, FunctionName)}`]),
        ...(logGroup === undefined ? [`${id} needs LoggingConfig: {LogGroup: !Ref <the log group of its domain>}`] : []),
        ...(logGroup === undefined || valueIn(stage, propertiesOf(logGroup).LogGroupName) === group
          ? []
          : [`${id} must log to ${group}, it logs to ${valueIn(stage, propertiesOf(logGroup).LogGroupName)}`]),
      ];
    });
    expect(faults).toEqual([]);
  });

  test('runs what the build makes, as it is', () => {
    const faults = Object.entries(templateFunctions)
      .filter(([id, { Properties, Metadata }]) => Properties?.CodeUri !== `dist/${id}` || Metadata?.SkipBuild !== true)
      .map(([id]) => `${id} needs CodeUri: dist/${id} and Metadata: {SkipBuild: true}`);
    expect(faults).toEqual([]);
  });

  test('has a role of the template, so that SAM generates none', () => {
    const faults = functionIds.flatMap((id) => {
      const { Role, Policies } = propertiesOf(id);
      const role = arnOf(Role);
      return resources[role ?? '']?.Type === 'AWS::IAM::Role' && Policies === undefined
        ? []
        : [`${id} needs Role: !GetAtt <a role of the template>.Arn, and no Policies`];
    });
    expect(faults).toEqual([]);
  });

  test('that calls the payment provider has a time-out of 29 s, just below the 30 s of API Gateway', () => {
    const calling = functionIds.filter((id) => 'STRIPE_SECRET_KEY' in ownVariables(id));
    expect(calling.length).toBeGreaterThan(5);
    const timeouts = calling.map((id) => {
      const ofRoute = eventsOf({ Type: '', Properties: propertiesOf(id) }).some(({ Type }) => Type === 'HttpApi');
      return { id, timeout: propertiesOf(id).Timeout, expected: ofRoute ? 29 : 55 };
    });
    expect(timeouts.filter(({ timeout, expected }) => timeout !== expected)).toEqual([]);
  });
});

describe('the log groups', () => {
  test('are one a domain and one for the access log, each with LogRetentionDays', () => {
    const domains = [...new Set(functionFiles().map(({ domain }) => domain))];
    const groups = ofType('AWS::Logs::LogGroup').map((id) => propertiesOf(id));
    expect(groups.map(({ LogGroupName }) => valueIn('dev', LogGroupName)).sort()).toEqual(
      ['/kelvo/dev/api-access', ...domains.map((domain) => `/kelvo/dev/functions/${domain}`)].sort(),
    );
    expect(groups.map(({ RetentionInDays }) => refOf(RetentionInDays))).toEqual(groups.map(() => 'LogRetentionDays'));
  });
});

describe('the schedules', () => {
  const scheduled = functionIds.filter((id) =>
    eventsOf({ Type: '', Properties: propertiesOf(id) }).some(({ Type }) => /Schedule/.test(Type)),
  );

  test('have generated names, because all stages share an account, and one role', () => {
    const events = scheduled.flatMap((id) => eventsOf({ Type: '', Properties: propertiesOf(id) }).map((event) => ({ id, ...event })));
    expect(events.length).toBeGreaterThan(2);
    const faults = events.filter(({ Type, Properties = {} }) => {
      return (
        Type !== 'ScheduleV2' ||
        Properties.OmitName !== true ||
        Properties.Name !== undefined ||
        arnOf(Properties.RoleArn) !== 'StartsSchedules'
      );
    });
    expect(faults).toEqual([]);
  });

  test('have a role that may start exactly the functions with a schedule', () => {
    const [policy] = propertiesOf('StartsSchedules').Policies as {
      PolicyDocument: { Statement: { Action: string; Resource: unknown[] }[] };
    }[];
    const statements = policy?.PolicyDocument.Statement ?? [];
    expect(statements.map(({ Action }) => Action)).toEqual(['lambda:InvokeFunction']);
    expect(statements.flatMap(({ Resource }) => Resource.map(arnOf)).sort()).toEqual(scheduled.sort());
  });
});

describe('concurrency', () => {
  /** Runs for as long as there is traffic; one that is started meanwhile ends, or takes over from one that is about to (functions/demo/lib/send-run.ts). */
  const twoAtMost = ['DemoAdvanceTraffic'];
  /** How many sandboxes of each function work at the same time, as far as its trigger bounds it. */
  const bounded = functionIds.flatMap((id) => {
    const events = eventsOf({ Type: '', Properties: propertiesOf(id) });
    const { ScalingConfig } = (events.find(({ Type }) => Type === 'SQS')?.Properties ?? {}) as {
      ScalingConfig?: { MaximumConcurrency: number };
    };
    // One shard is read by one sandbox; a schedule starts one, which ends before the next.
    return events.some(({ Type }) => Type === 'HttpApi') || events.length === 0
      ? []
      : [{ id, most: ScalingConfig?.MaximumConcurrency ?? (twoAtMost.includes(id) ? 2 : 1) }];
  });
  /** Runs for as long as faults are on; one that is started meanwhile finds the lock taken and ends (functions/demo/lib/run-faults.ts). */
  const oneByItself = ['DemoRunFaults'];
  const reserved = (ReservedConcurrency: string) =>
    functionIds
      .map((id) => ({ id, most: valueWith({ ReservedConcurrency }, propertiesOf(id).ReservedConcurrentExecutions) }))
      .filter(({ most }) => most !== undefined);

  test('is reserved for schedules and consumers only, as much as each can use, and only where the account has it', () => {
    expect(bounded.length).toBeGreaterThan(15);
    expect(reserved('true')).toEqual(bounded);
    expect(reserved('false')).toEqual([]);
    expect(template.Globals.Function.ReservedConcurrentExecutions).toBeUndefined();
  });

  test('of all schedules and consumers is the sum that docs/scaling.md has; connections.test.ts holds it against the database', () => {
    const atOnce = bounded.reduce((sum, { most }) => sum + most, 0);
    expect(read('docs/scaling.md')).toContain(`Together ${atOnce}.`);
  });

  test('of a schedule is one: its time-out is shorter than the time between two starts', () => {
    const units: Record<string, number> = { minute: 60, hour: 3_600, day: 86_400 };
    const faults = functionIds.flatMap((id) =>
      eventsOf({ Type: '', Properties: propertiesOf(id) }).flatMap(({ Type, Properties = {} }) => {
        if (Type !== 'ScheduleV2') return [];
        const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(Properties.ScheduleExpression)) ?? [];
        const period = Number(count) * (units[unit] ?? Number.NaN);
        if (oneByItself.includes(id) || twoAtMost.includes(id)) return [];
        return Number(propertiesOf(id).Timeout) < period ? [] : [`${id} may still run when it is started again`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

describe('the VPC', () => {
  test.each([
    ['ipv6', true],
    ['nat-instance', false],
    ['nat', false],
    ['nat-per-zone', false],
  ])('with egress %s allows functions IPv6: %s', (Egress, allowed) => {
    expect(valueWith({ Egress }, template.Globals.Function.VpcConfig)).toMatchObject({ Ipv6AllowedForDualStack: allowed });
  });

  test('contains exactly the functions whose role allows network interfaces', () => {
    const faults = functionIds.filter((id) => {
      const outside = refOf(propertiesOf(id).VpcConfig) === 'AWS::NoValue';
      const { ManagedPolicyArns } = propertiesOf(arnOf(propertiesOf(id).Role) ?? '');
      const attached = ((ManagedPolicyArns ?? []) as unknown[]).some((policy) => refOf(policy) === 'AttachNetworkInterfaces');
      return outside === attached || (!outside && propertiesOf(id).VpcConfig !== undefined && !goesDirectly(id));
    });
    expect(faults).toEqual([]);
    expect(functionIds.filter((id) => propertiesOf(id).VpcConfig !== undefined)).toContain('OpsFallback');
  });

  test('lets into the database itself, past the RDS Proxy, exactly the functions that administer it or control demonstrations', () => {
    const named = (id: string) => JSON.stringify(propertiesOf(id).VpcConfig ?? {}).matchAll(/"Ref":"(\w*SecurityGroupIds)"/g);
    const groups = functionIds
      .map((id) => ({ id, groups: [...named(id)].map(([, group]) => group) }))
      .filter(({ groups: own }) => own.length > 0);
    // Who administers asks nothing else; who controls counts requests in the cache.
    const wanted = (id: string) => (arnOf(propertiesOf(id).Role) === 'AdministersDatabase' ? [] : ['SecurityGroupIds']);
    expect(groups).toEqual(functionIds.filter(goesDirectly).map((id) => ({ id, groups: [...wanted(id), 'DirectSecurityGroupIds'] })));
    expect(functionIds.filter(goesDirectly)).toEqual(expect.arrayContaining(['OpsMigrate', 'DemoSetDemoMode']));
  });
});

/** Functions that sign in to the database itself: as its admin, or as the role that controls demonstrations. */
function goesDirectly(id: string): boolean {
  const policies = JSON.stringify(propertiesOf(arnOf(propertiesOf(id).Role) ?? '').ManagedPolicyArns);
  return policies.includes('"ReadDatabaseAdminSecret"') || policies.includes('"ConnectControl"');
}

describe('faults on purpose', () => {
  const allowed = (stage: string, more: Record<string, string> = {}) =>
    valueWith({ ...parametersOf(stage), ...more }, globalVariables.FAULTS_ALLOWED);

  test('are allowed by a parameter alone, in no stage by default, and neither in the file of staging nor of prod', () => {
    for (const stage of ['local', 'dev', 'staging', 'prod']) {
      expect([stage, allowed(stage)]).toEqual([stage, 'false']);
      expect([stage, allowed(stage, { FaultsAllowed: 'true' })]).toEqual([stage, 'true']);
    }
    const inFile = (stage: string) => /^\s*FaultsAllowed:\s*(\S+)/m.exec(read(`config/${stage}.yaml`))?.[1];
    expect(['dev', 'staging', 'prod'].map(inFile)).toEqual(['true', undefined, undefined]);
  });

  test('have a schedule that starts nothing where they are not allowed', () => {
    const [event] = eventsOf({ Type: '', Properties: propertiesOf('DemoRunFaults') });
    const stateWith = (FaultsAllowed: string) => valueWith({ FaultsAllowed }, event?.Properties?.State);
    expect(['false', 'true'].map(stateWith)).toEqual(['DISABLED', 'ENABLED']);
  });

  test('have a role in the database that only the functions of demonstrations sign in as', () => {
    const urls = functionIds.filter((id) => ownVariables(id).DATABASE_CONTROL_URL !== undefined);
    expect(urls.every((id) => id.startsWith('Demo'))).toBe(true);
    expect(JSON.stringify(propertiesOf('ConnectControl'))).toMatch(/dbuser:\$\{DatabaseDirectResourceId\}\/kelvo_control/);
  });
});

describe('the schema', () => {
  test('comes before every function: each names its version, but the one that brings the database there', () => {
    expect(globalVariables.SCHEMA_VERSION).toEqual({ 'Fn::GetAtt': ['Migration', 'Version'] });
    const others = functionIds.filter((id) => Object.hasOwn(ownVariables(id), 'SCHEMA_VERSION'));
    expect(others).toEqual(['OpsMigrate']);
    expect(refOf(ownVariables('OpsMigrate').SCHEMA_VERSION)).toBe('AWS::NoValue');
    expect(arnOf(propertiesOf('Migration').ServiceToken)).toBe('OpsMigrate');
  });

  test('is waited for a little longer than its function may take', () => {
    const { Timeout } = propertiesOf('OpsMigrate');
    expect(Number(propertiesOf('Migration').ServiceTimeout) - Number(Timeout)).toBe(60);
  });

  test('has nothing that waits for it and that its function needs, which would be a circle', () => {
    const needs = (id: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(id)) return seen;
      seen.add(id);
      for (const [, name = ''] of JSON.stringify(resources[id] ?? {}).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)) needs(name, seen);
      return seen;
    };
    expect([...needs('OpsMigrate')].filter((id) => id === 'Migration')).toEqual([]);
    expect([...needs('Migration')]).toContain('AdministersDatabase');
  });
});

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

describe('what the roles allow', () => {
  const modes = ['remote', 'layer', 'xray', 'none'];
  const layers = { DatadogNodeLayerArn: 'x', DatadogExtensionLayerArn: 'x', DatadogApiKeySecretArn: 'arn:key' };
  /** Every statement of every policy, by the resource that it stands in. */
  const statementsIn = (Instrumentation: string) =>
    [...ofType('AWS::IAM::ManagedPolicy'), ...ofType('AWS::IAM::Role')].flatMap((id) => {
      const { PolicyDocument, Policies = [] } = propertiesOf(id);
      const documents = [PolicyDocument, ...(Policies as { PolicyDocument: unknown }[]).map((policy) => policy.PolicyDocument)];
      return documents
        .filter((document) => document !== undefined)
        .flatMap(
          (document) =>
            (valueWith({ ...parametersOf('staging'), ...layers, Instrumentation }, document) as { Statement: Statement[] }).Statement,
        )
        .map((statement) => ({ id, ...statement, actions: [statement.Action].flat(), on: [statement.Resource].flat() }));
    });

  test.each(modes)('in mode %s has the resource * for network interfaces only, and for X-Ray in mode xray', (mode) => {
    const wide = statementsIn(mode).filter(({ Effect, on }) => Effect === 'Allow' && on.includes('*'));
    expect(wide.map(({ id }) => id)).toEqual(mode === 'xray' ? ['SendTelemetry', 'AttachNetworkInterfaces'] : ['AttachNetworkInterfaces']);
    for (const { id, actions } of wide) {
      const allowed =
        id === 'SendTelemetry'
          ? /^xray:Put(TraceSegments|TelemetryRecords)$/
          : /^ec2:(\w*NetworkInterfaces?|\w+PrivateIpAddresses|DescribeSubnets)$/;
      expect(actions.filter((action) => !allowed.test(action))).toEqual([]);
    }
    expect(
      statementsIn(mode).filter(({ Effect, actions }) => Effect === 'Allow' && actions.some((action) => action.includes('*'))),
    ).toEqual([]);
  });

  test('denies EC2 calls to the code of the functions: Lambda alone creates network interfaces', () => {
    const [refused] = statementsIn('none').filter(({ Effect }) => Effect === 'Deny');
    expect(refused).toMatchObject({ id: 'AttachNetworkInterfaces', actions: ['ec2:*'], on: ['*'] });
    expect(refused?.Condition?.ArnLike?.['lambda:SourceFunctionArn']).toMatch(/^arn:aws:lambda:[\w-]+:\d+:function:\*$/);
  });

  test.each(modes)("in mode %s covers only log groups of this stage, X-Ray only in xray, and Datadog's key only in layer", (mode) => {
    const statements = statementsIn(mode);
    const logs = statements.filter(({ actions }) => actions.some((action) => action.startsWith('logs:')));
    expect(logs.map(({ actions, on }) => ({ actions, on }))).toEqual([
      {
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        on: ['arn:aws:logs:us-east-1:000000000000:log-group:/kelvo/staging/functions/*:log-stream:*'],
      },
    ]);
    const has = (service: string) =>
      statements.some(({ id, actions }) => id === 'SendTelemetry' && actions.some((action) => action.startsWith(`${service}:`)));
    expect({ xray: has('xray'), key: has('secretsmanager') }).toEqual({ xray: mode === 'xray', key: mode === 'layer' });
  });

  test('comes from policies in this template, never from managed policies of AWS', () => {
    const others = ofType('AWS::IAM::Role').flatMap((id) =>
      ((propertiesOf(id).ManagedPolicyArns ?? []) as unknown[]).filter(
        (policy) => resources[refOf(policy) ?? '']?.Type !== 'AWS::IAM::ManagedPolicy',
      ),
    );
    expect(others).toEqual([]);
  });
});

describe('the stack', () => {
  /** What is planned besides routes, consumers and schedules. A canary is version, alias, deployment group, alarm, scalable target, scaling policy. */
  const coming = { ...planned, canaries: 9, domains: 14, roles: 12 };
  const canaryCost = 6;

  test('stays below the 500 resources that CloudFormation allows, also with the routes and consumers that are planned', () => {
    const now = countResources(resources);
    const functions = countResources(templateFunctions);
    const domains = new Set(functionFiles().map(({ domain }) => domain)).size;
    const roles = ofType('AWS::IAM::Role').length;
    const others = now - functions + (coming.domains - domains) + (coming.roles - roles);
    const codeDeploy = 2; // application, its role
    const projected =
      others + coming.routes * cost.route + coming.consumersAndSchedules * cost.consumer + coming.canaries * canaryCost + codeDeploy;
    expect(functions).toBeLessThanOrEqual(functionIds.length * cost.route + 5); // a function and its one trigger, hardly ever more
    expect(now).toBeLessThan(450);
    expect(projected).toBeLessThan(450);
  });

  test('stays below the 1 MB that a template may have, after the transform and with what is planned', () => {
    const others = 100_000;
    expect(bytesPerFunction()).toBeGreaterThan(1_000);
    expect(bytesPerFunction() * (coming.routes + coming.consumersAndSchedules) + others).toBeLessThan(1_000_000);
  });

  test('has at most 60 dynamic references after the transform, the limit of CloudFormation', () => {
    expect(dynamicReferences()).toBeGreaterThan(5);
    expect(dynamicReferences()).toBeLessThanOrEqual(60);
  });

  test('names no partition, region or account', () => {
    expect(read('template.yaml').match(/arn:aws[^\s'"]*|\b\d{12}\b|[a-z]{2}-[a-z]+-\d:/g) ?? []).toEqual([]);
  });

  test('gives everything a name that differs between stages, because all stages share an account', () => {
    const named = Object.entries(resources).flatMap(([id, { Properties = {} }]) =>
      Object.entries(Properties)
        .filter(([property]) => /Name$/.test(property) && property !== 'StageName') // a stage belongs to its API
        .filter(([, value]) => resources[refOf(value) ?? ''] === undefined) // a resource that is looked at itself
        .map(([property, value]) => ({ id, property, names: stages.map((stage) => valueIn(stage, value)) })),
    );
    expect(named.length).toBeGreaterThan(functionIds.length + 5);
    expect(named.filter(({ names }) => new Set(names).size < stages.length)).toEqual([]);
    // The cache's user and the keys behind it are of a stage too.
    const cache = stages.map((Stage) => valueWith({ Stage, CacheEndpoint: 'cache.example' }, globalVariables.REDIS_URL));
    expect(cache).toEqual(stages.map((stage) => `rediss://kelvo-app-${stage}@cache.example:6379`));
    expect(JSON.stringify(valueIn('dev', propertiesOf('ConnectCache')))).toContain(':user:kelvo-app-dev"');
  });

  test('has no detailed route metrics, which are billed by route', () => {
    expect(JSON.stringify(propertiesOf('Api'))).not.toContain('DetailedMetricsEnabled');
  });

  const awsEndpoints: Record<string, string> = {
    EVENT_BUS_ENDPOINT: 'https://events.us-east-1.api.aws',
    SQS_ENDPOINT: 'https://sqs.us-east-1.api.aws',
    SNS_ENDPOINT: 'https://sns.us-east-1.api.aws',
    SES_ENDPOINT: 'https://email.us-east-1.amazonaws.com',
    LAMBDA_ENDPOINT: 'https://lambda.us-east-1.api.aws',
    SECRETS_ENDPOINT: 'https://secretsmanager.us-east-1.api.aws',
  };

  test('calls each service of AWS at its own host, and all of them at AwsEndpoint where there is one', () => {
    const named = Object.keys(globalVariables).filter((name) => name.endsWith('_ENDPOINT') && !/^(STRIPE|OPENSEARCH|OTEL)_/.test(name));
    // Keys of services in a list of their own: a new service is added to it, and so to what AwsEndpoint covers.
    expect(named.filter((name) => name !== 'STRIPE_API_ENDPOINT').sort()).toEqual(Object.keys(awsEndpoints).sort());
    for (const [name, url] of Object.entries(awsEndpoints)) {
      expect(valueWith({ AwsEndpoint: '' }, globalVariables[name]), name).toBe(url);
      expect(valueWith({ AwsEndpoint: 'https://aws.example' }, globalVariables[name]), name).toBe('https://aws.example');
    }
  });

  test('takes an AwsEndpoint without TLS on this machine only', () => {
    const pattern = new RegExp(String(template.Parameters?.AwsEndpoint?.AllowedPattern));
    const allowed = (url: string) => pattern.test(url);
    expect(['', 'https://aws.example', 'http://127.0.0.1:4566'].filter(allowed)).toHaveLength(3);
    const refused = ['http://aws.example', 'http://127.0.0.1', 'http://127.0.0.1.example:80', 'https://aws.example/path', 'aws.example'];
    expect(refused.filter(allowed)).toEqual([]);
  });

  test('lists every queue of dead letters in DEAD_LETTER_QUEUES, by its short name', () => {
    const names = ofType('AWS::SQS::Queue').map((id) => String(valueIn('dev', propertiesOf(id).QueueName)));
    const dead = names.flatMap((name) => shortNameOf(name, 'dev') ?? []);
    expect(String(globalVariables.DEAD_LETTER_QUEUES)).toBe(dead.sort().join());
  });
});

describe('what only OpenSearch needs', () => {
  const asksSearch = (id: string) =>
    ((propertiesOf(arnOf(propertiesOf(id).Role) ?? '').ManagedPolicyArns ?? []) as unknown[]).some(
      (policy) => refOf(policy) === 'AskSearch',
    );
  const byItself = functionIds
    .filter(asksSearch)
    .flatMap((id) => eventsOf({ Type: '', Properties: propertiesOf(id) }).map((event) => ({ id, ...event })))
    .filter(({ Type }) => Type !== 'HttpApi');
  const queues = byItself.flatMap(({ Properties = {} }) => arnOf(Properties.Queue) ?? []);
  const rules = ofType('AWS::Events::Rule').filter((id) =>
    (propertiesOf(id).Targets as { Arn: unknown }[]).some(({ Arn }) => queues.includes(arnOf(Arn) ?? '')),
  );

  test.each(['postgres', 'opensearch'])('runs exactly with it as the engine: %s', (SearchEngine) => {
    const runs = SearchEngine === 'opensearch';
    const parameters = { ...parametersOf('prod'), SearchEngine };
    expect([queues, rules].map((list) => list.length)).toEqual([1, 1]);
    const states = [
      ...byItself.map(({ id, Type, Properties = {} }) => [
        id,
        Type === 'SQS' ? valueWith(parameters, Properties.Enabled) : valueWith(parameters, Properties.State) === 'ENABLED',
      ]),
      ...rules.map((id) => [id, valueWith(parameters, propertiesOf(id).State) === 'ENABLED']),
    ];
    expect(states.sort()).toEqual([
      ['IndexProductsRule', runs],
      ['SearchIndexProducts', runs],
      ['SearchRefreshIndex', runs],
    ]);
  });
});

describe('a deploy', () => {
  const plain = { ...parametersOf('staging'), Instrumentation: 'none' };

  test.each(['local', ...stages])('of %s is refused with the suffix of another stage', (stage) => {
    expect(brokenRules({ ...parametersOf(stage), Instrumentation: 'none' })).toEqual([]);
    const others = ['', '-local', '-dev', '-staging'].filter((suffix) => suffix !== parametersOf(stage).NameSuffix);
    for (const NameSuffix of others)
      expect(brokenRules({ ...plain, Stage: stage, NameSuffix })).toEqual(['NameSuffix must be -<stage>, and empty in prod.']);
  });

  test.each([
    [{ PaymentProvider: 'stripe' }, 'Stripe'],
    [{ MailTransport: 'smtp' }, 'A mail server often'],
    [{ Instrumentation: 'remote' }, 'Datadog'],
    [{ Instrumentation: 'layer', DatadogNodeLayerArn: 'x', DatadogExtensionLayerArn: 'x', DatadogApiKeySecretArn: 'x' }, 'Datadog'],
  ])('with egress ipv6 is refused with %o, which needs IPv4', (more, who) => {
    expect(brokenRules({ ...plain, ...more, Egress: 'nat-instance' })).toEqual([]);
    expect(brokenRules({ ...plain, Egress: 'ipv6' })).toEqual([]);
    expect(brokenRules({ ...plain, ...more, Egress: 'ipv6' })).toEqual([expect.stringContaining(`${who} has no IPv6`)]);
  });

  test('of prod is refused with demo data', () => {
    expect(brokenRules({ ...parametersOf('prod'), DemoData: 'true' })).toEqual([expect.stringContaining('never belong in prod')]);
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
    const faults = functionIds.flatMap((id) =>
      Object.entries({ ...globalVariables, ...ownVariables(id) }).flatMap(([name, given]) => {
        const value = JSON.stringify(given);
        if (name === 'DD_SERVICE' || refOf(given) === 'AWS::NoValue') return []; // not there locally, where one process runs them all
        first[name] ??= { id, value };
        return first[name].value === value ? [] : [`${name} differs between ${first[name].id} and ${id}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  test('of the template is read by platform/config.ts, and the other way round', () => {
    const declared = new Set([...Object.keys(globalVariables), ...functionIds.flatMap((id) => Object.keys(ownVariables(id)))]);
    expect(known.size).toBeGreaterThan(10);
    const isOthers = (name: string) => Object.keys(readByOthers).some((prefix) => name.startsWith(prefix));
    expect([
      ...[...declared].filter((name) => !known.has(name) && !isOthers(name)).map((name) => `${name}: platform/config.ts does not read it`),
      ...[...known].filter((name) => !declared.has(name)).map((name) => `${name}: template.yaml does not set it`),
    ]).toEqual([]);
  });

  test('that is a secret is not in Globals, which SAM copies into every function', () => {
    expect(JSON.stringify(template.Globals)).not.toContain('{{resolve:');
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
  NODE_EXTRA_CA_CERTS: 'Node itself',
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
