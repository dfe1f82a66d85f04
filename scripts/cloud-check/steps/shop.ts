/** The deployed shop: a purchase by the edge, its mails by bus, queue, consumer and SES, its schedules, an alarm's message. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { buyAsGuest } from '#local/sam/guest-purchase.ts';
import { textsIn } from '../aws.ts';
import { type Context, outputsOf } from '../context.ts';
import { deleteSchedule, postSchedule, schedulesOf } from '../quiet.ts';
import { addressOf, ask } from '../shop.ts';
import { never, until } from '../wait.ts';

/** Buys by the distribution's address. */
export async function purchase(context: Context): Promise<string> {
  const url = await addressOf(context, 'dev');
  const lines: string[] = [];
  await buyAsGuest(url, (line) => lines.push(line));
  const [page, missing, unknownRoute] = await Promise.all(['/', '/no/such/page', '/api/no-such-route'].map((path) => ask(url + path)));
  assert.deepEqual([page?.status, missing?.status, unknownRoute?.status], [200, 404, 404]);
  assert.match(String(unknownRoute?.headers.get('content-type')), /^application\/problem\+json/);
  return lines.find((line) => line.includes('is paid')) ?? '';
}

/** Past the edge nothing is answered: neither without the edge's secret, nor with another one. */
export async function bypass(context: Context): Promise<string> {
  const { ApiDomain } = await outputsOf(context.aws, 'kelvo-dev');
  const statuses = await Promise.all(
    ([{}, { 'x-origin-secret': 'a guess' }] as Record<string, string>[]).map(
      async (headers) => (await ask(`https://${ApiDomain}/api/products`, { headers })).status,
    ),
  );
  assert.deepEqual(statuses, [403, 403]);
  return `${ApiDomain} refuses (403)`;
}

/** The mails that SES took for this address, as text. */
export const mailsTo = async ({ emulator }: Context, address: string) => {
  const { messages } = (await (await fetch(`${emulator.url}/_ministack/ses/messages`)).json()) as { messages: Record<string, object[]> };
  return Object.values(messages)
    .flat()
    .map((mail) => JSON.stringify(mail))
    .filter((mail) => mail.includes(address));
};

/** A guest's order: its event goes over bus, queue and consumer to SES. */
export async function mail(context: Context): Promise<string> {
  const url = await addressOf(context, 'dev');
  const address = newAddress();
  const order = await placeOrder(url, address);
  const found = await until(`a mail about ${order} at SES`, async () =>
    (await mailsTo(context, address)).find((text) => text.includes(order)),
  );
  return `SES took the mail about ${order} (${found.length} bytes)`;
}

/** An address that no standard reserves for examples: to those nothing is sent. Nothing leaves this machine either way. */
export const newAddress = () => `ada-${randomUUID().slice(0, 8)}@kelvo-shopper.net`;

/** @returns its number */
export const placeOrder = async (url: string, email: string): Promise<string> => (await placeGuestOrder(url, email)).number;

/** A guest's order; `accessToken` opens it. */
export async function placeGuestOrder(url: string, email: string): Promise<{ id: string; number: string; accessToken: string }> {
  const products = JSON.parse((await ask(`${url}/api/products?category=electronics&limit=5`)).body) as { items: { id: string }[] };
  const body = {
    items: [{ productId: products.items[0]?.id, quantity: 1 }],
    email,
    shippingAddress: { name: 'Ada Byron', line1: '12 St James Square', city: 'Springfield', postalCode: '62704', country: 'US' },
    shippingMethod: 'standard',
  };
  const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const answer = await ask(`${url}/api/orders`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 201, answer.body);
  return JSON.parse(answer.body);
}

type Schedule = Awaited<ReturnType<typeof schedulesOf>>[number];

/** Starts a schedule's target once, now, by a schedule of the same target and role. @returns whether its function ran well within so many seconds */
export async function startNow({ aws, emulator }: Context, schedule: Schedule, seconds: number): Promise<boolean> {
  const name = (schedule.Target as { Arn: string }).Arn.split(':').at(-1) ?? '';
  const since = emulator.written();
  const now = { ...schedule, Name: `now-${randomUUID()}`, ScheduleExpression: dueNow() };
  await postSchedule(aws, now);
  try {
    return !(await never(async () => emulator.log(since).includes(`RAN ${name} well`), seconds));
  } finally {
    await deleteSchedule(aws, now);
  }
}

/** Each schedule's target, once, by the emulator's scheduler and in the role that the template gives the schedule. */
export async function schedules(context: Context): Promise<string> {
  const all = (await schedulesOf(context.aws, 'dev')).filter(({ State }) => State === 'ENABLED');
  assert.ok(all.length > 5, 'there are schedules');
  const started = await Promise.all(all.map(async (schedule) => ((await startNow(context, schedule, 40)) ? [] : [schedule.Name])));
  assert.deepEqual(started.flat(), [], 'schedules that started nothing');
  return `${all.length} schedules started their functions`;
}

const dueNow = () => `at(${new Date(Date.now() - 1_000).toISOString().slice(0, 19)})`;

/** A metric crosses an alarm's threshold; who listens to the topic hears of it. */
export async function alarm(context: Context): Promise<string> {
  const { aws } = context;
  const { AlertsTopicArn: topic = '' } = await outputsOf(aws, 'kelvo-dev-observability');
  const name = 'kelvo-dev-dead-letters-notify-people';
  const described = await aws.query('monitoring', 'DescribeAlarms', { 'AlarmNames.member.1': name });
  assert.deepEqual(textsIn(described, 'AlarmName'), [name]);
  const [namespace = '', metric = ''] = ['Namespace', 'MetricName'].map((element) => textsIn(described, element)[0]);
  const { QueueUrl } = await aws.json<{ QueueUrl: string }>('AmazonSQS.CreateQueue', {
    QueueName: 'cloud-check-listens',
    Attributes: { Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }] }) },
  });
  try {
    const { Attributes } = await aws.json<{ Attributes: { QueueArn: string } }>('AmazonSQS.GetQueueAttributes', {
      QueueUrl,
      AttributeNames: ['QueueArn'],
    });
    await aws.query('sns', 'Subscribe', { TopicArn: topic, Protocol: 'sqs', Endpoint: Attributes.QueueArn });
    const dimensions = textsIn(described.split('<Dimensions>')[1]?.split('</Dimensions>')[0] ?? '', 'Value');
    const names = textsIn(described.split('<Dimensions>')[1]?.split('</Dimensions>')[0] ?? '', 'Name');
    await aws.query('monitoring', 'PutMetricData', {
      Namespace: namespace,
      'MetricData.member.1.MetricName': metric,
      'MetricData.member.1.Value': '3',
      ...Object.fromEntries(
        names.flatMap((each, i) => [
          [`MetricData.member.1.Dimensions.member.${i + 1}.Name`, each],
          [`MetricData.member.1.Dimensions.member.${i + 1}.Value`, dimensions[i] ?? ''],
        ]),
      ),
    });
    const heard = await until(
      `a message about ${name}`,
      async () => {
        await aws.query('monitoring', 'DescribeAlarms', { 'AlarmNames.member.1': name });
        const { Messages = [] } = await aws.json<{ Messages?: { Body: string }[] }>('AmazonSQS.ReceiveMessage', {
          QueueUrl,
          MaxNumberOfMessages: 10,
        });
        return Messages.find(({ Body }) => Body.includes(name) && Body.includes('ALARM'));
      },
      40,
    );
    return `${namespace} ${metric} = 3 → ${name} → ${topic.split(':').at(-1)} (${heard.Body.length} bytes)`;
  } finally {
    await aws.json('AmazonSQS.DeleteQueue', { QueueUrl });
  }
}
