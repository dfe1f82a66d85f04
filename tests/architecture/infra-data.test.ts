/** infra/data.yaml keeps what it promises in every combination: sizes, encryption, who signs in how, what is kept, what later stacks are told. */
import { describe, expect, test } from 'vitest';
import type { Tree } from '#local/template-values.ts';
import { combinations, inlineHandler, recordingClient, type Stack, stackOf, statementsOf } from './support/stacks.ts';

const file = 'infra/data.yaml';
const data = (parameters: Record<string, string> = {}) => stackOf(file, { Stage: 'dev', SubnetIds: 'subnet-1,subnet-2', ...parameters });
const stages = ['dev', 'staging', 'prod'];
const flag = ['true', 'false'];
const all = combinations({
  Stage: stages,
  Engine: ['postgres', 'aurora-postgres'],
  DatabaseProxy: flag,
  ReadReplica: flag,
  OpenSearch: flag,
  DatadogAgent: flag,
});

const instances = (stack: Stack) => stack.of('AWS::RDS::DBInstance').map(([, { Properties }]) => Properties);
const clusters = (stack: Stack) => stack.of('AWS::RDS::DBCluster').map(([, { Properties }]) => Properties);
/** What holds the record: the instance, or Aurora's cluster. */
const record = (stack: Stack) => stack.resources.Database ?? stack.resources.Cluster;

describe('sizes', () => {
  const sizes = (parameters: Record<string, string>) => {
    const stack = data(parameters);
    return [...new Set(instances(stack).map(({ DBInstanceClass }) => DBInstanceClass)), stack.resources.Cache?.Properties.CacheNodeType];
  };

  test.each([
    [{}, ['db.t4g.micro', 'cache.t4g.micro']],
    [{ Sizing: 'rightsized', ReadReplica: 'true' }, ['db.t4g.micro', 'cache.t4g.micro']],
    [{ Sizing: 'oversized', ReadReplica: 'true' }, ['db.t3.medium', 'cache.t3.small']],
    [{ Engine: 'aurora-postgres', ReadReplica: 'true' }, ['db.t4g.medium', 'cache.t4g.micro']],
    [{ Engine: 'aurora-postgres', Sizing: 'oversized' }, ['db.r6g.large', 'cache.t3.small']],
    [
      { Sizing: 'oversized', DatabaseClass: 'db.m7g.large', CacheClass: 'cache.m7g.large', ReadReplica: 'true' },
      ['db.m7g.large', 'cache.m7g.large'],
    ],
  ])('with %o are %o', (parameters, expected) => {
    expect(sizes(parameters)).toEqual(expected);
  });

  test('are doubled for a standby in prod alone', () => {
    const twice = stages.map((Stage) => {
      const { Database, Cache } = data({ Stage }).resources;
      return [
        Database?.Properties.MultiAZ,
        Cache?.Properties.ReplicasPerNodeGroup,
        Cache?.Properties.AutomaticFailoverEnabled,
        instances(data({ Stage, Engine: 'aurora-postgres' })).length,
      ];
    });
    expect(twice).toEqual([
      [false, 0, false, 1],
      [false, 0, false, 1],
      [true, 1, true, 2],
    ]);
  });
});

describe.each(all)('with $Stage $Engine proxy $DatabaseProxy replica $ReadReplica search $OpenSearch agent $DatadogAgent', (parameters) => {
  const stack = data(parameters);
  const { Stage, Engine, DatabaseProxy, ReadReplica, OpenSearch, DatadogAgent } = parameters;
  const isAurora = Engine === 'aurora-postgres';
  const isProd = Stage === 'prod';

  test('everything is encrypted, at rest and under way, and nothing is public', () => {
    expect(record(stack)?.Properties.StorageEncrypted).toBe(true);
    expect(instances(stack).map(({ PubliclyAccessible }) => PubliclyAccessible)).toEqual(instances(stack).map(() => false));
    const groups = [...stack.of('AWS::RDS::DBParameterGroup'), ...stack.of('AWS::RDS::DBClusterParameterGroup')];
    expect(groups.map(([, { Properties }]) => Properties.Parameters['rds.force_ssl'])).toEqual(['1']);
    expect(stack.of('AWS::RDS::DBProxy').map(([, { Properties }]) => Properties.RequireTLS)).toEqual(
      DatabaseProxy === 'true' ? [true] : [],
    );
    expect(stack.resources.Cache?.Properties).toMatchObject({
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
    });
    const domains = stack.of('AWS::OpenSearchService::Domain').map(([, { Properties }]) => Properties);
    expect(domains.length).toBe(OpenSearch === 'true' ? 1 : 0);
    for (const domain of domains)
      expect(domain).toMatchObject({
        EncryptionAtRestOptions: { Enabled: true },
        NodeToNodeEncryptionOptions: { Enabled: true },
        DomainEndpointOptions: { EnforceHTTPS: true },
      });
  });

  test('who signs in does so by IAM, but for administrator and Agent, whose passwords are secrets', () => {
    const signedIn = [...clusters(stack), ...instances(stack).filter(({ DBClusterIdentifier }) => DBClusterIdentifier === undefined)];
    expect(signedIn.map(({ EnableIAMDatabaseAuthentication }) => EnableIAMDatabaseAuthentication)).toEqual(signedIn.map(() => true));
    if (DatabaseProxy === 'true') {
      expect(stack.resources.Proxy?.Properties).toMatchObject({ DefaultAuthScheme: 'IAM_AUTH', DBProxyName: `kelvo-${Stage}` });
      const [target] = stack.of('AWS::RDS::DBProxyTargetGroup').map(([, { Properties }]) => Properties);
      expect([target?.DBInstanceIdentifiers, target?.DBClusterIdentifiers]).toEqual(
        isAurora ? [undefined, ['Cluster']] : [['Database'], undefined],
      );
      const id = isAurora ? 'Cluster.DBClusterResourceId' : 'Database.DbiResourceId';
      expect(
        statementsOf(stack)
          .filter((each) => each.id === 'SignsInForProxy')
          .map(({ statement }) => statement.Resource),
      ).toEqual([[`arn:aws:rds-db:us-east-1:000000000000:dbuser:${id}/kelvo_app`]]);
    }
    const users = stack
      .of('AWS::ElastiCache::User')
      .map(([, { Properties }]) => [Properties.UserId, Properties.UserName, Properties.AuthenticationMode.Type]);
    expect(users).toEqual(
      [['app', 'iam'], ['control', 'iam'], ...(DatadogAgent === 'true' ? [['agent', 'password']] : [])].map(([name, type]) => [
        `kelvo-${name}-${Stage}`,
        `kelvo-${name}-${Stage}`,
        type,
      ]),
    );
    expect(stack.resources.CacheUsers?.Properties.UserIds).toEqual(stack.of('AWS::ElastiCache::User').map(([id]) => id));
  });

  test('RDS manages the password, unless a replica forbids it: then a secret that is rotated has it', () => {
    const own = ReadReplica === 'true' && !isAurora;
    expect(record(stack)?.Properties.ManageMasterUserPassword).toBe(!own);
    expect(record(stack)?.Properties.MasterUserPassword).toBe(own ? 'a-password' : undefined);
    expect(
      stack.of('AWS::SecretsManager::RotationSchedule').map(([, { Properties }]) => [Properties.SecretId, Properties.RotationLambdaARN]),
    ).toEqual(own ? [['AdminSecret', 'arn:aws:lambda:us-east-1:000000000000:RotateAdmin']] : []);
    expect(stack.outputs.DatabaseAdminSecretArn).toMatch(own ? /^AdminSecret$/ : /MasterUserSecret|:(Database|Cluster)$/);
  });

  test('the record can be restored to any second, is protected in prod, and leaves a snapshot wherever it goes', () => {
    const { Properties = {}, DeletionPolicy, UpdateReplacePolicy } = record(stack) ?? {};
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Snapshot', 'Snapshot']);
    expect(Properties.BackupRetentionPeriod).toBe(isProd ? 30 : 7);
    expect([Properties.DeletionProtection, Properties.DeleteAutomatedBackups]).toEqual([isProd, !isProd]);
    const copies = Object.entries(stack.resources).filter(
      ([id, { Type }]) =>
        /RDS::DB(Instance|Cluster)$|ReplicationGroup$|Domain$|Secret$|LogGroup$/.test(Type) && !['Database', 'Cluster'].includes(id),
    );
    expect(copies.filter(([, each]) => each.DeletionPolicy !== 'Delete' || each.UpdateReplacePolicy !== 'Delete')).toEqual([]);
  });

  test('later stacks are told where everything is, and that the rest is not there', () => {
    const direct = isAurora ? 'Cluster.Endpoint.Address' : 'Database.Endpoint.Address';
    const directId = isAurora ? 'Cluster.DBClusterResourceId' : 'Database.DbiResourceId';
    const proxied = DatabaseProxy === 'true';
    const reads =
      ReadReplica === 'false'
        ? ['', 'none']
        : !isAurora
          ? ['Replica.Endpoint.Address', 'Replica.DbiResourceId']
          : proxied
            ? ['ProxyReads.Endpoint', 'prx-0123']
            : ['Cluster.ReadEndpoint.Address', directId];
    const { DatabaseAdminSecretArn: _, DatabaseArn, ...outputs } = stack.outputs;
    expect(outputs).toEqual({
      DatabaseEndpoint: proxied ? 'Proxy.Endpoint' : direct,
      DatabaseResourceId: proxied ? 'prx-0123' : directId,
      DatabaseDirectEndpoint: direct,
      DatabaseDirectResourceId: directId,
      DatabaseReadEndpoint: reads[0],
      DatabaseReadResourceId: reads[1],
      DatabaseIdentifier: isAurora ? 'Cluster' : 'Database',
      ProxyName: proxied ? 'Proxy' : 'none',
      CacheEndpoint: 'Cache.PrimaryEndPoint.Address',
      CacheClusterName: 'Cache',
      CacheAgentSecretArn: DatadogAgent === 'true' ? 'CacheAgentSecret' : '',
      OpenSearchEndpoint: OpenSearch === 'true' ? 'https://Search.DomainEndpoint' : '',
      OpenSearchDomain: OpenSearch === 'true' ? 'Search' : 'none',
    });
    expect(DatabaseArn).toMatch(isAurora ? /:Cluster$/ : /:Database$/);
  });

  test('each group guards its own: database, replica, proxy, cache, search', () => {
    const groups = (name: string) =>
      stack.resources[name]?.Properties.VPCSecurityGroups ??
      stack.resources[name]?.Properties.VpcSecurityGroupIds ??
      stack.resources[name]?.Properties.SecurityGroupIds;
    const guarded = {
      Database: 'DatabaseGroup',
      Cluster: 'DatabaseGroup',
      Replica: 'ReplicaGroup',
      Proxy: 'ProxyGroup',
      ProxyReads: 'ProxyGroup',
      Cache: 'CacheGroup',
    };
    for (const [name, group] of Object.entries(guarded)) if (stack.resources[name]) expect([name, groups(name)]).toEqual([name, [group]]);
    if (stack.resources.Search)
      expect(stack.resources.Search.Properties.VPCOptions).toEqual({
        SubnetIds: isProd ? ['subnet-1', 'subnet-2'] : ['subnet-1'],
        SecurityGroupIds: ['SearchGroup'],
      });
  });
});

test('Datadog’s Database Monitoring has what it needs, by either engine', () => {
  for (const Engine of ['postgres', 'aurora-postgres']) {
    const stack = data({ Engine });
    const [[, group] = ['', { Properties: {} }]] = [
      ...stack.of('AWS::RDS::DBParameterGroup'),
      ...stack.of('AWS::RDS::DBClusterParameterGroup'),
    ];
    expect((group.Properties as { Parameters: Tree }).Parameters).toMatchObject({
      shared_preload_libraries: 'pg_stat_statements',
      track_activity_query_size: '4096',
      'pg_stat_statements.track': 'all',
    });
  }
});

test('backups are copied to a second region as they are made, with a key of that region', () => {
  const RecoveryKeyArn = 'arn:aws:kms:eu-west-1:000000000000:key/1';
  const copied = data({ Stage: 'prod', RecoveryRegion: 'eu-west-1', RecoveryKeyArn });
  expect(copied.resources.Database?.Properties).toMatchObject({
    AutomaticBackupReplicationRegion: 'eu-west-1',
    AutomaticBackupReplicationKmsKeyId: RecoveryKeyArn,
    AutomaticBackupReplicationRetentionPeriod: 30,
  });
  expect(copied.brokenRules).toEqual([]);
  expect(data({ RecoveryRegion: 'eu-west-1', RecoveryKeyArn: '' }).brokenRules.length).toBe(1);
  expect(Object.keys(data().resources.Database?.Properties ?? {}).filter((name) => name.startsWith('AutomaticBackup'))).toEqual([]);
});

describe('the rotation of the administrator’s password', () => {
  const stack = data({ ReadReplica: 'true' });
  const current = { username: 'kelvo_admin', password: 'old' };
  const secretCommands = ['DescribeSecret', 'GetRandomPassword', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
    (name) => `${name}Command`,
  );

  /** A secret and a database that remember what they are told; the database takes a new password at the third look. */
  function world(versions: Record<string, string[]> = { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] }) {
    const values: Record<string, object> = { v1: current };
    let looks = 0;
    const at = (stage: unknown) => Object.keys(versions).find((id) => versions[id]?.includes(String(stage)) && values[id]) ?? '';
    const secrets = recordingClient('SecretsManagerClient', secretCommands, (name, input) => {
      if (name === 'DescribeSecret') return { VersionIdsToStages: versions };
      if (name === 'GetRandomPassword') return { RandomPassword: 'new' };
      if (name === 'PutSecretValue') values[String(input.ClientRequestToken)] = JSON.parse(String(input.SecretString));
      if (name === 'UpdateSecretVersionStage')
        Object.assign(versions, { [String(input.RemoveFromVersionId)]: [], [String(input.MoveToVersionId)]: ['AWSCURRENT'] });
      if (name !== 'GetSecretValue') return {};
      const value = values[at(input.VersionStage)];
      if (value === undefined) throw new Error('ResourceNotFoundException');
      return { SecretString: JSON.stringify(value) };
    });
    const rds = recordingClient('RDSClient', ['DescribeDBInstancesCommand', 'ModifyDBInstanceCommand'], () => {
      looks += 1;
      return { DBInstances: [{ DBInstanceStatus: 'available', PendingModifiedValues: looks < 3 ? { MasterUserPassword: '****' } : {} }] };
    });
    const handler = inlineHandler(
      stack,
      'RotateAdmin',
      { '@aws-sdk/client-rds': rds.module, '@aws-sdk/client-secrets-manager': secrets.module },
      { DATABASE: 'db-1' },
    );
    const step = (Step: string) => handler({ Step, SecretId: 'secret', ClientRequestToken: 'v2' });
    return { step, secrets: secrets.sent, rds: rds.sent, values, versions };
  }

  test('makes a new one, has RDS set it, waits until it is, and calls it the current one', async () => {
    const { step, secrets, rds, values } = world();
    for (const each of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) await step(each);
    expect(values.v2).toEqual({ username: 'kelvo_admin', password: 'new' });
    expect(rds[0]).toEqual(['ModifyDBInstance', { DBInstanceIdentifier: 'db-1', MasterUserPassword: 'new', ApplyImmediately: true }]);
    expect(rds.filter(([name]) => name === 'DescribeDBInstances').length).toBe(2);
    expect(secrets.at(-1)).toEqual([
      'UpdateSecretVersionStage',
      { SecretId: 'secret', VersionStage: 'AWSCURRENT', MoveToVersionId: 'v2', RemoveFromVersionId: 'v1' },
    ]);
  });

  test('that is tried again makes no second password and no second change', async () => {
    const { step, secrets } = world();
    await step('createSecret');
    await step('createSecret');
    await step('finishSecret');
    await step('finishSecret');
    const count = (command: string) => secrets.filter(([name]) => name === command).length;
    expect([count('PutSecretValue'), count('UpdateSecretVersionStage')]).toEqual([1, 1]);
  });

  test('that is asked for a step it does not have fails', async () => {
    await expect(world().step('constructor')).rejects.toThrow('There is no step constructor');
  });
});
