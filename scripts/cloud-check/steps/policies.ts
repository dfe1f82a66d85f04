/** Each policy taken away in turn: what it allows must then fail, or nobody needs it. */
import assert from 'node:assert/strict';
import pg from 'pg';
import { textsIn } from '../aws.ts';
import { type Context, resourcesOf } from '../context.ts';
import { comparable, judged, unjudged } from '../policies.ts';
import { schedulesOf } from '../quiet.ts';
import type { DeployedReplays } from '../replays.ts';
import { addressOf } from '../shop.ts';
import { never, until } from '../wait.ts';
import { onLentDatabase } from './events.ts';
import { mailsTo, newAddress, placeOrder, startNow } from './shop.ts';

type Resource = Awaited<ReturnType<typeof resourcesOf>>[number];

/** Takes a policy away. @returns what gives it back */
async function take({ aws }: Context, { id, physicalId, type }: Resource): Promise<() => Promise<unknown>> {
  if (type === 'AWS::IAM::ManagedPolicy') {
    const roles = textsIn(await aws.query('iam', 'ListEntitiesForPolicy', { PolicyArn: physicalId }), 'RoleName');
    assert.ok(roles.length > 0, `${id} is attached to a role`);
    const each = (action: string) => Promise.all(roles.map((RoleName) => aws.query('iam', action, { RoleName, PolicyArn: physicalId })));
    await each('DetachRolePolicy');
    return () => each('AttachRolePolicy');
  }
  if (type === 'AWS::IAM::Role') {
    const names = textsIn(await aws.query('iam', 'ListRolePolicies', { RoleName: physicalId }), 'member');
    const documents = await Promise.all(
      names.map(
        async (PolicyName) =>
          textsIn(await aws.query('iam', 'GetRolePolicy', { RoleName: physicalId, PolicyName }), 'PolicyDocument')[0] ?? '',
      ),
    );
    await Promise.all(names.map((PolicyName) => aws.query('iam', 'DeleteRolePolicy', { RoleName: physicalId, PolicyName })));
    return () =>
      Promise.all(
        names.map((PolicyName, i) =>
          aws.query('iam', 'PutRolePolicy', { RoleName: physicalId, PolicyName, PolicyDocument: decodeURIComponent(documents[i] ?? '') }),
        ),
      );
  }
  const { QueueUrl } = await aws.json<{ QueueUrl: string }>('AmazonSQS.GetQueueUrl', { QueueName: 'kelvo-dev-notify-people' });
  const { Attributes } = await aws.json<{ Attributes: { Policy: string } }>('AmazonSQS.GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['Policy'],
  });
  const set = (Policy: string) => aws.json('AmazonSQS.SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
  await set('');
  return () => set(Attributes.Policy);
}

async function without<T>(context: Context, resource: Resource, work: () => Promise<T>): Promise<T> {
  const giveBack = await take(context, resource);
  try {
    return await work();
  } finally {
    await giveBack();
  }
}

/** An event's outcome as text. What it should be is the events' step's; here only whether it differs. */
const outcomeOf = async (replays: DeployedReplays, { event, before }: { event: string; before?: string }) => {
  const { differences, answer } = await replays.replay(event, before);
  return comparable(JSON.stringify({ differences, status: answer.status, result: answer.result, error: answer.error }));
};

/** How long something stays away that else comes within a second or two. */
const awaySeconds = 5;

/** Orders whose minute of sales is counted, by the stream. */
async function factsOf({ emulator }: Context): Promise<number> {
  const { adminUrl } = await emulator.stores('dev');
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return Number((await client.query('select count(*) from sales_facts')).rows[0]?.count);
  } finally {
    await client.end();
  }
}

/** Records that the stream has taken. */
async function recordsIn({ aws }: Context): Promise<number> {
  const stream = { StreamName: 'kelvo-dev-order-events' };
  const { Shards } = await aws.json<{ Shards: { ShardId: string }[] }>('Kinesis_20131202.ListShards', stream);
  const { ShardIterator } = await aws.json<{ ShardIterator: string }>('Kinesis_20131202.GetShardIterator', {
    ...stream,
    ShardId: Shards[0]?.ShardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  const { Records } = await aws.json<{ Records: unknown[] }>('Kinesis_20131202.GetRecords', { ShardIterator });
  return Records.length;
}

/** Whether an order's mail comes. The mail is the end of the way: rule, queue, consumer. */
async function mailComes(context: Context, seconds: number): Promise<boolean> {
  const address = newAddress();
  const number = await placeOrder(await addressOf(context, 'dev'), address);
  return !(await never(async () => (await mailsTo(context, address)).some((text) => text.includes(number)), seconds));
}

/** Whether the deed has its effect. */
const deeds: Record<string, (context: Context, seconds: number) => Promise<boolean>> = {
  mail: mailComes,
  queue: mailComes,
  'rule to queue': mailComes,
  async 'rule to stream'(context, seconds) {
    const before = await recordsIn(context);
    await placeOrder(await addressOf(context, 'dev'), 'ada@example.com');
    return !(await never(async () => (await recordsIn(context)) > before, seconds));
  },
  async stream(context, seconds) {
    const before = await factsOf(context);
    await buyOnce(context);
    return !(await never(async () => (await factsOf(context)) > before, seconds));
  },
  async schedule(context, seconds) {
    const [schedule] = (await schedulesOf(context.aws, 'dev')).filter(
      ({ Name }) => Name.includes('RelayOutbox') || Name.includes('relay-outbox'),
    );
    assert.ok(schedule, 'the outbox has a schedule');
    return startNow(context, schedule, seconds);
  },
};

async function buyOnce(context: Context): Promise<void> {
  const { buyAsGuest } = await import('#local/sam/guest-purchase.ts');
  await buyAsGuest(await addressOf(context, 'dev'), () => undefined);
}

export async function eachPolicy(context: Context): Promise<string> {
  const resources = new Map((await resourcesOf(context.aws, 'kelvo-dev')).map((resource) => [resource.id, resource]));
  const faults: string[] = [];
  const of = (id: string) => {
    const resource = resources.get(id);
    assert.ok(resource, `${id} is in the stack`);
    return resource;
  };
  await onLentDatabase(context, async (replays) => {
    for (const [id, probe] of Object.entries(judged)) {
      context.stopped.throwIfAborted();
      if (!('event' in probe)) continue;
      const [withIt, withoutIt] = [await outcomeOf(replays, probe), await without(context, of(id), () => outcomeOf(replays, probe))];
      if (withIt === withoutIt) faults.push(`${id}: events/${probe.event} comes out the same without it: ${withIt.slice(0, 300)}`);
    }
  });
  for (const [id, probe] of Object.entries(judged)) {
    context.stopped.throwIfAborted();
    if (!('deed' in probe)) continue;
    const deed = deeds[probe.deed];
    assert.ok(deed);
    if (await without(context, of(id), () => deed(context, awaySeconds))) faults.push(`${id}: ${probe.deed} works without it`);
    await until(`${probe.deed}, with ${id} again`, () => deed(context, 10), 20).catch((error: Error) => faults.push(error.message));
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return `${Object.keys(judged).length} taken away, each missed; not judged here: ${Object.keys(unjudged).join(', ')}`;
}
