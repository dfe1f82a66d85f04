/** Deploying: once, again, with a change, with a migration that fails, back to an earlier version, two stages at a time, and away. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textsIn } from '../aws.ts';
import { type Context, deploy, resourcesOf, type StageName, script, stacksOf } from '../context.ts';
import { configurationOf } from '../functions.ts';
import { addressOf, health } from '../shop.ts';

const aFunction = (stage: StageName) => `rumshop-orders-place-order-${stage}`;
const variablesOf = async ({ aws }: Context, stage: StageName) =>
  (await configurationOf(aws, aFunction(stage))).Environment?.Variables ?? {};

/** The whole stage, from nothing, by `npm run deploy`; its smoke test buys something. */
export async function deployDev(context: Context): Promise<string> {
  await deploy(context, 'dev', 'v1');
  const stacks = await stacksOf(context.aws, 'dev');
  assert.deepEqual(
    stacks.filter(({ status }) => !/^(CREATE|UPDATE)_COMPLETE$/.test(status)),
    [],
    'every stack is complete',
  );
  assert.equal((await health(context, 'dev')).version, 'v1');
  return `${stacks.length} stacks: ${stacks
    .map(({ name }) => name)
    .sort()
    .join(', ')}`;
}

export async function deployAgain(context: Context): Promise<string> {
  const output = await deploy(context, 'dev', 'v1');
  assert.match(output, /^No changes: version v1 is deployed/m);
  return output.trim().split('\n').at(-1) ?? '';
}

/** A parameter reaches the functions. Mails and texts go out by SES and SNS from here on. */
export async function changeParameters(context: Context): Promise<string> {
  Object.assign(context.parameters.dev, { MailTransport: 'ses', SmsTransport: 'sns', OrderExpirySeconds: 900 });
  await deploy(context, 'dev', 'v2');
  const { MAIL_TRANSPORT, ORDER_EXPIRY_SECONDS, SERVICE_VERSION } = await variablesOf(context, 'dev');
  assert.deepEqual(
    { MAIL_TRANSPORT, ORDER_EXPIRY_SECONDS, SERVICE_VERSION },
    { MAIL_TRANSPORT: 'ses', ORDER_EXPIRY_SECONDS: '900', SERVICE_VERSION: 'v2' },
  );
  return 'MailTransport, SmsTransport and OrderExpirySeconds reached the functions';
}

const badMigration = (context: Context) => join(context.clone, 'db/migrations/9999_fails.sql');

/** A migration that fails leaves the version before it answering. */
export async function failMigration(context: Context): Promise<string> {
  const before = await variablesOf(context, 'dev');
  writeFileSync(badMigration(context), 'create table half_done (id int);\nselect 1 / 0;\n');
  const output = await deploy(context, 'dev', 'v3', { fails: true });
  assert.match(output, /9999_fails/, 'the failed deploy names the migration');
  const [app] = (await stacksOf(context.aws, 'dev')).filter(({ name }) => name === 'kelvo-dev');
  assert.equal(app?.status, 'UPDATE_ROLLBACK_COMPLETE');
  const { version, status } = await health(context, 'dev');
  assert.deepEqual({ version, status }, { version: before.SERVICE_VERSION, status: 'healthy' });
  const after = await variablesOf(context, 'dev');
  assert.equal(after.SCHEMA_VERSION, before.SCHEMA_VERSION, 'no function thinks that the schema is newer');
  return `rolled back; version ${version} answers`;
}

export async function heal(context: Context): Promise<string> {
  rmSync(badMigration(context));
  await deploy(context, 'dev', 'v4');
  const { version } = await health(context, 'dev');
  assert.equal(version, 'v4');
  return 'the same command, without the migration, deployed v4';
}

export async function rollBack(context: Context): Promise<string> {
  await script(context, 'rollback', 'dev', ['--to', 'v2', '--yes']);
  assert.equal((await health(context, 'dev')).version, 'v2');
  return 'v2 answers again';
}

/** Named within another resource, which is not shared: a stage of an HTTP API within its API. */
const namedWithin = new Set(['AWS::ApiGatewayV2::Stage']);

/** A second stage beside the first: nothing of one has a name of the other, and an order of one is none of the other. */
export async function besideEachOther(context: Context): Promise<string> {
  await context.emulator.stores('staging');
  await deploy(context, 'staging', 'v1');
  const [dev, staging] = await Promise.all(
    (['dev', 'staging'] as const).map(async (stage) => {
      const stacks = await stacksOf(context.aws, stage);
      return (await Promise.all(stacks.map(({ name }) => resourcesOf(context.aws, name)))).flat();
    }),
  );
  const known = new Map(dev?.map((resource) => [`${resource.type} ${resource.physicalId}`, resource]));
  const shared = (staging ?? []).flatMap(({ type, physicalId }) => {
    const name = `${type} ${physicalId}`;
    return known.has(name) && !namedWithin.has(type) ? [name] : [];
  });
  assert.deepEqual(shared, [], 'a resource of both stages');
  assert.notEqual(await addressOf(context, 'dev'), await addressOf(context, 'staging'));
  assert.equal((await health(context, 'staging')).version, 'v1');
  assert.equal((await health(context, 'dev')).status, 'healthy');
  return `${dev?.length} and ${staging?.length} resources, none in common`;
}

export async function destroyAll(context: Context): Promise<string> {
  const standing = (
    await Promise.all((['dev', 'staging'] as const).map(async (stage) => ({ stage, stacks: await stacksOf(context.aws, stage) })))
  ).filter(({ stacks }) => stacks.length > 0);
  for (const { stage } of standing) await script(context, 'destroy', stage, ['--confirm', stage]);
  return standing.map(({ stage, stacks }) => `${stage}: ${stacks.length} stacks`).join(', ');
}

/** What an account would go on to pay for, by kind. */
async function inventory({ aws }: Context): Promise<Record<string, string[]>> {
  const get = async (service: string, path: string) => (await aws.rest(service, 'GET', path)).text();
  const [buckets, functions, layers, schedules, distributions] = await Promise.all([
    get('s3', '/'),
    get('lambda', '/2015-03-31/functions/'),
    get('lambda', '/2018-10-31/layers'),
    get('scheduler', '/schedules'),
    get('cloudfront', '/2020-05-31/distribution'),
  ]);
  const namesIn = (text: string, key: string) => [...text.matchAll(new RegExp(`"${key}": ?"([^"]+)"`, 'g'))].map(([, name = '']) => name);
  const [stacks, roles, policies, topics, alarms, databases, caches, vpcs] = await Promise.all([
    aws.query('cloudformation', 'DescribeStacks'),
    aws.query('iam', 'ListRoles'),
    aws.query('iam', 'ListPolicies', { Scope: 'Local' }),
    aws.query('sns', 'ListTopics'),
    aws.query('monitoring', 'DescribeAlarms'),
    aws.query('rds', 'DescribeDBInstances'),
    aws.query('elasticache', 'DescribeReplicationGroups'),
    aws.query('ec2', 'DescribeVpcs', { 'Filter.1.Name': 'isDefault', 'Filter.1.Value.1': 'false' }),
  ]);
  const [queues, logs, secrets, streams, buses] = await Promise.all([
    aws.json<{ QueueUrls?: string[] }>('AmazonSQS.ListQueues', {}),
    aws.json<{ logGroups: { logGroupName: string }[] }>('Logs_20140328.DescribeLogGroups', {}),
    aws.json<{ SecretList: { Name: string }[] }>('secretsmanager.ListSecrets', {}),
    aws.json<{ StreamNames: string[] }>('Kinesis_20131202.ListStreams', {}),
    aws.json<{ EventBuses: { Name: string }[] }>('AWSEvents.ListEventBuses', {}),
  ]);
  const stackNames = textsIn(stacks, 'StackName');
  return {
    stacks: stackNames.filter((_, i) => textsIn(stacks, 'StackStatus')[i] !== 'DELETE_COMPLETE'),
    buckets: textsIn(buckets, 'Name'),
    functions: namesIn(functions, 'FunctionName'),
    layers: namesIn(layers, 'LayerName'),
    schedules: namesIn(schedules, 'Name'),
    distributions: textsIn(distributions, 'DomainName'),
    roles: textsIn(roles, 'RoleName'),
    policies: textsIn(policies, 'PolicyName'),
    topics: textsIn(topics, 'TopicArn'),
    alarms: textsIn(alarms, 'AlarmName'),
    databases: textsIn(databases, 'DBInstanceIdentifier'),
    caches: textsIn(caches, 'ReplicationGroupId'),
    vpcs: textsIn(vpcs, 'vpcId'),
    queues: queues.QueueUrls ?? [],
    'log groups': logs.logGroups.map(({ logGroupName }) => logGroupName),
    secrets: secrets.SecretList.map(({ Name }) => Name),
    streams: streams.StreamNames,
    buses: buses.EventBuses.map(({ Name }) => Name),
  };
}

/** What the account had before the first deploy is no leftover. */
export const noteBefore = inventory;

/** @param before what the account had before the first deploy */
export async function nothingLeft(context: Context, before: Record<string, string[]>): Promise<string> {
  const now = await inventory(context);
  const left = Object.entries(now).flatMap(([kind, names]) =>
    names.filter((name) => !before[kind]?.includes(name)).map((name) => `${kind}: ${name}`),
  );
  assert.deepEqual(left, []);
  return `none of ${Object.keys(now).join(', ')}`;
}
