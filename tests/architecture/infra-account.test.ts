/** infra/bootstrap.yaml, recovery.yaml and recovery-region.yaml, and what holds for every template of infra/ that this page lists. */
import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Tree } from '#local/template-values.ts';
import { root } from './support/sources.ts';
import { stackOf, stackTemplate, statementsOf } from './support/stacks.ts';
import { template, valueWith } from './support/template.ts';

const stages = ['dev', 'staging', 'prod'];
const files = globSync('infra/*.yaml', { cwd: root }).sort();
const bootstrap = (parameters: Record<string, string> = {}) => stackOf('infra/bootstrap.yaml', { Repository: 'shop/kelvo', ...parameters });

/** Whether an IAM pattern (`rds:*`, with * and ?) covers a text; a text with a star of its own must lie within. */
const covers = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  ).test(text);

describe('what a role of a stage may do at most', () => {
  const [allow, deny] = statementsOf(bootstrap())
    .filter(({ id }) => id === 'Boundary')
    .map(({ statement }) => statement);

  test('covers every action of every role of every template, and denies none', () => {
    const parameters = {
      'infra/network.yaml': [{ Stage: 'dev', FlowLogDays: '7' }],
      'infra/data.yaml': [{ Stage: 'dev', ReadReplica: 'true' }],
    };
    const ofStacks = Object.entries(parameters).flatMap(([file, variants]) =>
      variants.flatMap((variant) => statementsOf(stackOf(file, variant)).map((each) => ({ file, ...each }))),
    );
    const ofApp = ['xray', 'layer'].flatMap((Instrumentation) =>
      Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
        const documents =
          Type === 'AWS::IAM::ManagedPolicy'
            ? [Properties.PolicyDocument]
            : Type === 'AWS::IAM::Role'
              ? ((Properties.Policies ?? []) as Tree[]).map((policy) => policy.PolicyDocument)
              : [];
        const layers = { DatadogNodeLayerArn: 'x', DatadogExtensionLayerArn: 'x', DatadogApiKeySecretArn: 'arn:key' };
        return documents.flatMap((document) => {
          const { Statement } = valueWith({ Stage: 'dev', NameSuffix: '-dev', Instrumentation, ...layers }, document) as {
            Statement: { Effect: string; Action: string | string[] }[];
          };
          return Statement.map((statement) => ({
            file: 'template.yaml',
            id,
            statement: { ...statement, Action: [statement.Action].flat() },
          }));
        });
      }),
    );
    const allowed = [...ofStacks, ...ofApp].filter(({ statement }) => statement.Effect === 'Allow');
    expect(allowed.length).toBeGreaterThan(20);
    const faults = allowed.flatMap(({ file, id, statement }) =>
      statement.Action.filter(
        (action) => !allow?.Action.some((pattern) => covers(pattern, action)) || deny?.Action.some((pattern) => covers(pattern, action)),
      ).map((action) => `${file} ${id}: ${action}`),
    );
    expect(faults).toEqual([]);
  });

  test('keeps a stage from what another one has, whatever its roles are given, and from nothing of its own', () => {
    const account = '000000000000';
    const denials = statementsOf(bootstrap()).filter(({ id, statement }) => id === 'Boundary' && statement.Condition !== undefined);
    expect(denials.length).toBeGreaterThanOrEqual(stages.length);
    const denied = (stage: string, action: string, resource: string) =>
      denials.some(({ statement }) => {
        const { Condition, Resource, NotResource } = statement as typeof statement & {
          Condition: { ArnLike: Record<string, string> };
          Resource: string[];
          NotResource?: string[];
        };
        const among = (patterns: string[]) => patterns.some((pattern) => covers(pattern, resource));
        return (
          covers(Condition.ArnLike['aws:PrincipalArn'] ?? '', `arn:aws:iam::${account}:role/kelvo-${stage}-Any-ABC123`) &&
          statement.Action.some((pattern) => covers(pattern, action)) &&
          (NotResource === undefined ? among(Resource) : !among(NotResource))
        );
      });
    const thingsOf = (stage: string): [string, string][] => {
      const run = `arn:aws:lambda:us-east-1:${account}:function:rumshop-ops-run-task${stage === 'prod' ? '' : `-${stage}`}`;
      return [
        ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:us-east-1:${account}:secret:kelvo/${stage}/app-AbCdEf`],
        ['lambda:InvokeFunction', run],
        ['lambda:InvokeFunction', `${run}:live`],
        ['lambda:GetFunction', run],
        ['s3:GetObject', `arn:aws:s3:::kelvo-${stage}-artifacts-artifacts-abc/code/aa`],
        ['sqs:SendMessage', `arn:aws:sqs:us-east-1:${account}:kelvo-${stage}-notify-people`],
        ['events:PutEvents', `arn:aws:events:us-east-1:${account}:event-bus/kelvo-${stage}`],
        ['kinesis:GetRecords', `arn:aws:kinesis:us-east-1:${account}:stream/kelvo-${stage}-order-events`],
        ['logs:GetLogEvents', `arn:aws:logs:us-east-1:${account}:log-group:/kelvo/${stage}/functions/auth:log-stream:x`],
        ['rds:ModifyDBInstance', `arn:aws:rds:us-east-1:${account}:db:kelvo-${stage}-data-database-abc`],
      ];
    };
    const said = stages.flatMap((stage) =>
      stages.flatMap((other) =>
        thingsOf(other).map(([action, resource]) => ({
          stage,
          action,
          resource,
          denied: denied(stage, action, resource),
          is: other === stage,
        })),
      ),
    );
    expect(said.filter((each) => each.denied === each.is)).toEqual([]);
  });

  test('is no IAM, no other account and no deletion of backups', () => {
    for (const action of [
      'iam:CreateRole',
      'iam:PassRole',
      'sts:AssumeRole',
      'organizations:LeaveOrganization',
      'cloudformation:CreateStack',
    ])
      expect([action, allow?.Action.some((pattern) => covers(pattern, action))]).toEqual([action, false]);
    for (const action of ['backup:DeleteRecoveryPoint', 'rds:DeleteDBInstance', 'secretsmanager:DeleteSecret'])
      expect([action, deny?.Action.some((pattern) => covers(pattern, action))]).toEqual([action, true]);
  });
});

describe('GitHub', () => {
  const trust = (stack: ReturnType<typeof bootstrap>) =>
    stack
      .of('AWS::IAM::Role')
      .map(([, { Properties }]) => [
        Properties.RoleName,
        Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals['token.actions.githubusercontent.com:sub'],
        Properties.Tags,
      ]);

  test('deploys a stage from that environment of the repository alone', () => {
    expect(trust(bootstrap())).toEqual(
      stages.map((stage) => [`kelvo-deploy-${stage}`, `repo:shop/kelvo:environment:${stage}`, [{ Key: 'stage', Value: stage }]]),
    );
    for (const [, { Properties }] of bootstrap().of('AWS::IAM::Role')) {
      const [statement] = Properties.AssumeRolePolicyDocument.Statement;
      expect([
        Properties.AssumeRolePolicyDocument.Statement.length,
        statement.Action,
        statement.Condition.StringEquals['token.actions.githubusercontent.com:aud'],
      ]).toEqual([1, 'sts:AssumeRoleWithWebIdentity', 'sts.amazonaws.com']);
    }
  });

  test('has nothing without a repository, and its provider is taken where the account has it', () => {
    expect(bootstrap({ Repository: '' }).of('AWS::IAM::Role')).toEqual([]);
    const taken = bootstrap({ OidcProviderArn: 'arn:provider' });
    expect(taken.of('AWS::IAM::OIDCProvider')).toEqual([]);
    expect(taken.resources.DeployProd?.Properties.AssumeRolePolicyDocument.Statement[0].Principal).toEqual({ Federated: 'arn:provider' });
  });

  const ofDeploys = statementsOf(bootstrap()).filter(({ id }) => id !== 'Boundary');

  test('makes and changes no role without the boundary, and passes roles of the stage alone', () => {
    const roleMaking = ofDeploys.filter(
      ({ statement }) =>
        statement.Effect === 'Allow' &&
        statement.Action.some((action) => /^iam:(CreateRole|PutRolePolicy|AttachRolePolicy|PutRolePermissionsBoundary)$/.test(action)),
    );
    expect(roleMaking.map(({ statement }) => statement.Condition)).toEqual([{ StringEquals: { 'iam:PermissionsBoundary': 'Boundary' } }]);
    const iam = ofDeploys.filter(({ statement }) => statement.Action.some((action) => action.startsWith('iam:')));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own placeholder
    const own = '/kelvo-${aws:PrincipalTag/stage}-*';
    expect(
      iam
        .flatMap(({ statement }) => statement.Resource)
        .filter((each) => !each.endsWith(own) && !each.endsWith(':role/aws-service-role/*')),
    ).toEqual([]);
    expect(ofDeploys.filter(({ statement }) => statement.Action.some((action) => ['*', 'iam:*', 'sts:*'].includes(action)))).toEqual([]);
  });

  test('as prod touches no function of another stage', () => {
    const denied = ofDeploys
      .filter(({ id, statement }) => id === 'DeployProd' && statement.Effect === 'Deny')
      .flatMap(({ statement }) => statement.Resource);
    for (const stage of ['dev', 'staging'])
      expect(denied.some((each) => covers(each, `arn:aws:lambda:us-east-1:000000000000:function:rumshop-cart-get-cart-${stage}`))).toBe(
        true,
      );
  });

  test('makes every log group that a stage has, their deliveries, and ends keys of its own stage alone', () => {
    const allowed = ofDeploys.filter(({ statement }) => statement.Effect === 'Allow');
    const groups = allowed
      .filter(({ statement }) => statement.Action.includes('logs:*'))
      // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own placeholder
      .flatMap(({ statement }) => statement.Resource.map((each) => each.replaceAll('${aws:PrincipalTag/stage}', 'prod')));
    const logging = { Stage: 'prod', EdgeLogs: 'true', FlowLogDays: '7', ReadReplica: 'true', DatadogAgent: 'true' };
    const named = [
      ...files
        .filter((file) => file !== 'infra/bootstrap.yaml')
        .flatMap((file) => {
          const has = stackTemplate(file).Parameters;
          return stackOf(file, Object.fromEntries(Object.entries(logging).filter(([key]) => key in has))).of('AWS::Logs::LogGroup');
        })
        .map(([, { Properties }]) => String(Properties.LogGroupName)),
      ...Object.values(template.Resources)
        .filter(({ Type }) => Type === 'AWS::Logs::LogGroup')
        .map(({ Properties = {} }) => String(valueWith({ Stage: 'prod', NameSuffix: '' }, Properties.LogGroupName))),
    ];
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !groups.some((group) => covers(group, `arn:aws:logs:us-east-1:000000000000:log-group:${name}`)))).toEqual(
      [],
    );
    const actions = allowed.flatMap(({ statement }) => statement.Action);
    for (const action of [
      'PutDeliverySource',
      'PutDeliveryDestination',
      'CreateDelivery',
      'DeleteDelivery',
      'CreateLogDelivery',
      'ListLogDeliveries',
    ])
      expect([action, actions.some((each) => covers(each, `logs:${action}`))]).toEqual([action, true]);
    const ending = allowed.filter(({ statement }) => statement.Action.some((each) => covers(each, 'kms:ScheduleKeyDeletion')));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own placeholder
    const sameStage = { StringEquals: { 'aws:ResourceTag/stage': '${aws:PrincipalTag/stage}' } };
    expect(ending.map(({ statement }) => statement.Condition)).toEqual([sameStage]);
  });

  test('its policies fit into what IAM takes: 6,144 characters each', () => {
    const sizes = bootstrap()
      .of('AWS::IAM::ManagedPolicy')
      .map(([id, { Properties }]) => [id, JSON.stringify(Properties.PolicyDocument).length] as const);
    expect(sizes.filter(([, size]) => size > 6_000)).toEqual([]);
  });
});

test('the mail domain signs its mails, and the app makes each stage’s configuration set that tells of bounces', () => {
  const stack = bootstrap({ MailDomain: 'shop.example' });
  expect(stack.resources.MailIdentity?.Properties).toMatchObject({
    EmailIdentity: 'shop.example',
    DkimAttributes: { SigningEnabled: true },
  });
  expect(String(stack.outputs.MailDnsRecords).split(' | ').length).toBe(5);
  expect(bootstrap().of('AWS::SES::EmailIdentity')).toEqual([]);
  const { MAIL_CONFIGURATION_SET } = template.Globals.Function.Environment.Variables;
  const { MailConfigurationSet, MailReports } = template.Resources;
  for (const Stage of stages)
    expect(valueWith({ Stage }, MailConfigurationSet?.Properties?.Name)).toBe(valueWith({ Stage }, MAIL_CONFIGURATION_SET));
  expect(MailReports?.Properties?.EventDestination).toMatchObject({ MatchingEventTypes: ['bounce', 'complaint'] });
});

describe('daily backups', () => {
  const recovery = (parameters: Record<string, string> = {}) =>
    stackOf('infra/recovery.yaml', { Stage: 'prod', DatabaseArn: 'arn:database', ...parameters });
  const rule = (parameters: Record<string, string>) => recovery(parameters).resources.Plan?.Properties.BackupPlan.BackupPlanRule[0];

  test('are made once a day of the database, kept 30 days, and copied where a vault is named', () => {
    expect(rule({})).toMatchObject({ ScheduleExpression: 'cron(0 5 * * ? *)', TargetBackupVault: 'Vault' });
    expect(String(rule({}).Lifecycle.DeleteAfterDays)).toBe('30');
    expect(rule({}).CopyActions).toBeUndefined();
    const [copy] = rule({ RecoveryVaultArn: 'arn:vault' }).CopyActions;
    expect([copy.DestinationBackupVaultArn, String(copy.Lifecycle.DeleteAfterDays)]).toEqual(['arn:vault', '30']);
    expect(recovery().resources.Selection?.Properties.BackupSelection.Resources).toEqual(['arn:database']);
  });

  test('outlive their stack, and in prod a week of deploys; a stage can do without', () => {
    for (const stack of [recovery(), stackOf('infra/recovery-region.yaml', { Stage: 'prod' })]) {
      const kept = Object.values(stack.resources).filter(({ Type }) => /BackupVault$|KMS::Key$/.test(Type));
      expect(kept.map(({ DeletionPolicy, UpdateReplacePolicy }) => [DeletionPolicy, UpdateReplacePolicy])).toEqual(
        kept.map(() => ['Retain', 'Retain']),
      );
      expect(stack.resources.Vault?.Properties.LockConfiguration).toEqual({ MinRetentionDays: 7 });
    }
    expect(recovery({ Stage: 'staging' }).resources.Vault?.Properties.LockConfiguration).toBeUndefined();
    expect(recovery({ Stage: 'dev', DailyBackups: 'false' }).resources).toEqual({});
  });

  test('are copied by outputs that data and recovery take as parameters', () => {
    const made = Object.keys(stackTemplate('infra/recovery-region.yaml').Outputs);
    expect(made).toEqual(['RecoveryKeyArn', 'RecoveryVaultArn']);
    expect(stackTemplate('infra/data.yaml').Parameters).toHaveProperty('RecoveryKeyArn');
    expect(stackTemplate('infra/recovery.yaml').Parameters).toHaveProperty('RecoveryVaultArn');
  });
});

describe('stages in one account', () => {
  /** Properties that are physical names, of the types in these templates. */
  const names =
    /^(DBProxyName|DBProxyEndpointName|UserId|UserName|UserGroupId|ReplicationGroupId|DomainName|FunctionName|LogGroupName|BackupVaultName|BackupPlanName|AliasName|Name|RoleName|GroupName|ManagedPolicyName)$/;
  const own = ['infra/network.yaml', 'infra/data.yaml', 'infra/recovery.yaml', 'infra/recovery-region.yaml'];
  const most: Record<string, Record<string, string>> = {
    'infra/network.yaml': { Egress: 'nat-instance', Zones: '3', FlowLogDays: '7' },
    'infra/data.yaml': { ReadReplica: 'true', OpenSearch: 'true', DatadogAgent: 'true' },
  };

  test.each(own)('do not meet by a name of %s, and everything that is named there has the stage in it', (file) => {
    const namesOf = (Stage: string) =>
      Object.entries(stackOf(file, { Stage, ...most[file] }).resources).flatMap(([id, { Properties }]) => [
        ...Object.entries(Properties)
          .filter(([key, value]) => names.test(key) && typeof value === 'string' && !/^[A-Z]/.test(value))
          .map(([key, value]) => `${id}.${key} ${value}`),
        ...((Properties.Tags ?? []) as { Key: string; Value: string }[])
          .filter(({ Key }) => Key === 'Name')
          .map(({ Value }) => `${id} ${Value}`),
      ]);
    const [dev, staging] = [namesOf('dev'), namesOf('staging')];
    expect(dev.length).toBeGreaterThan(0);
    expect(dev.filter((name) => staging.includes(name))).toEqual([]);
  });

  test('tell everything apart that EC2 and RDS name by numbers, by a tag Name', () => {
    const tagged = own.flatMap((file) =>
      Object.entries(stackOf(file, { Stage: 'dev', ...most[file] }).resources).map(([id, resource]) => ({ file, id, ...resource })),
    );
    const types =
      /^AWS::(EC2::(VPC|Subnet|RouteTable|InternetGateway|EgressOnlyInternetGateway|EIP|NatGateway|NetworkInterface|SecurityGroup|FlowLog)|RDS::DB(Instance|Cluster|Proxy))$/;
    const named = tagged.filter(({ Type }) => types.test(Type));
    expect(named.length).toBeGreaterThan(20);
    expect(
      named.filter(({ Properties }) => !(Properties.Tags ?? []).some(({ Key }: { Key: string }) => Key === 'Name')).map(({ id }) => id),
    ).toEqual([]);
  });

  test('have roles that are bounded where the account asks for it', () => {
    for (const file of own.filter((each) => stackTemplate(each).Parameters.PermissionsBoundaryArn)) {
      const bounds = (PermissionsBoundaryArn: string) => [
        ...new Set(
          stackOf(file, { Stage: 'dev', ...most[file], PermissionsBoundaryArn })
            .of('AWS::IAM::Role')
            .map(([, { Properties }]) => Properties.PermissionsBoundary),
        ),
      ];
      expect([file, bounds('arn:bound'), bounds('')]).toEqual([file, ['arn:bound'], [undefined]]);
    }
  });
});

test('every template of infra/ is read by CloudFormation as it is: no transform', () => {
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((file) => 'Transform' in stackTemplate(file))).toEqual([]);
});
