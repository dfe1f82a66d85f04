import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { queueNames } from '#functions/ops/lib/queue-names.ts';
import { root } from '../function-files.ts';
import { credentials, type Moto, region } from './tools.ts';

const names = queueNames('notify-people', 'staging');
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
/** As EventBridge marks an event that it could not deliver. */
const undelivered = {
  RULE_ARN: text('arn:rule'),
  ERROR_CODE: text('NO_PERMISSIONS'),
  RETRY_ATTEMPTS: text('185'),
  origin: text('a check'),
};

/**
 * `npm run dlq -- … --stage staging` as a process of its own, by the credentials and the endpoint in its environment. The API's functions run the
 * same code.
 */
export async function checkDeadLetters({ url, call }: Moto): Promise<string> {
  const dlq = (code: number, ...args: string[]) => run(url, code, args);
  const create = (QueueName: string) => call<{ QueueUrl: string }>('AmazonSQS.CreateQueue', { QueueName });
  const [queue, dead] = [await create(names.queue), await create(names.deadLetters)];
  await create(queueNames('roll-up-sales', 'staging').deadLetters);
  const send = (body: string, MessageAttributes = {}) =>
    call<{ MessageId: string }>('AmazonSQS.SendMessage', { QueueUrl: dead.QueueUrl, MessageBody: body, MessageAttributes });
  const bodies = Array.from({ length: 11 }, () => JSON.stringify({ made: randomUUID() }));
  for (const body of bodies) await send(body);
  const marked = await send('{"marked": true}', undelivered);

  const listed = dlq(0, 'list');
  assert.equal(listed.match(/^[0-9a-f-]{36} {2}notify-people/gm)?.length, 12, listed);
  assert.match(listed, /12 dead letters: notify-people 12/);
  assert.match(dlq(0, 'show', marked.MessageId), /^reason +Not delivered by EventBridge: NO_PERMISSIONS$/m);

  assert.match(dlq(0, 'redrive', marked.MessageId), /1 dead letter sent back/);
  assert.match(dlq(1, 'redrive', marked.MessageId), /there is no such dead letter/);
  type Received = { Messages?: { Body: string; MessageAttributes?: object }[] };
  const receive = (QueueUrl: string) =>
    call<Received>('AmazonSQS.ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], WaitTimeSeconds: 0 });
  const { Messages: [sent] = [] } = await receive(queue.QueueUrl);
  assert.equal(sent?.Body, '{"marked": true}');
  assert.deepEqual(Object.keys(sent?.MessageAttributes ?? {}), ['origin'], 'what EventBridge wrote is left behind');

  const [first = ''] = /^[0-9a-f-]{36}/.exec(dlq(0, 'list')) ?? [];
  dlq(0, 'delete', first, '--yes');
  assert.match(dlq(0, 'redrive', '--all'), /10 dead letters sent back/);
  dlq(1, 'list');
  const moved = await receive(queue.QueueUrl);
  assert.equal(moved.Messages?.length, 10);
  assert.ok(moved.Messages?.every(({ Body }) => bodies.includes(Body)));
  return 'listed, shown, sent back and deleted by npm run dlq';
}

/** Runs the command, and gives what it said. */
function run(endpoint: string, code: number, args: string[]): string {
  const variables = {
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/dlq.ts'), ...args, '--stage', 'staging'], {
    env: { PATH: process.env.PATH, ...variables },
    encoding: 'utf8',
  });
  assert.equal(status, code, `dlq ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}
