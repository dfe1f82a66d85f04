/** SQS goes away, before or in the middle of sending dead letters back: the admin is told so, and no message is lost. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orderCreated, startQueues, startSqsProxy } from '#tests/support/dead-letters.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let queues: Awaited<ReturnType<typeof startQueues>>;
let sqs: Awaited<ReturnType<typeof startSqsProxy>>;
let shop: Shop;
let admin: Person;
beforeAll(async () => {
  queues = await startQueues();
  sqs = await startSqsProxy(queues.endpoint);
  shop = await startShop({ SQS_ENDPOINT: sqs.url });
  admin = await signIn(shop, 'admin');
});
afterAll(async () => {
  await shop.end();
  await sqs.stop();
  await queues.end();
});
beforeEach(async () => {
  Object.assign(sqs, { failing: undefined, hanging: undefined });
  await queues.database.query('truncate aws.messages');
});

const list = () => admin.call('/api/admin/dead-letters?queue=notify-people');
const redrive = () => admin.call('/api/admin/dead-letters/redrive', { body: { queue: 'notify-people' } });
const counts = async () => ({ dead: await queues.count(), queue: await queues.count('kelvo-local-notify-people') });
const unavailable = { status: 503, code: 'queues-unavailable' };

describe('while SQS', () => {
  it.each(['failing', 'hanging'] as const)('is %s, dead letters are neither seen nor sent back, and are there afterwards', async (how) => {
    await queues.put(orderCreated().body);
    sqs[how] = /./;
    for (const reply of await Promise.all([list(), redrive()])) {
      expect(reply.body).toMatchObject(unavailable);
      expect(reply.headers.get('retry-after')).toBe('2');
    }
    sqs[how] = undefined;
    expect((await list()).body.items).toHaveLength(1);
    expect((await redrive()).body).toMatchObject({ redriven: 1 });
    expect(await counts()).toEqual({ dead: 0, queue: 1 });
  });

  it('takes nothing, what was about to be sent back is in everybody’s sight again', async () => {
    await queues.put(orderCreated().body);
    sqs.failing = /SendMessage/;
    expect((await redrive()).body).toMatchObject(unavailable);
    expect(await counts()).toEqual({ dead: 1, queue: 0 });
    expect((await list()).body.items).toHaveLength(1);
  });

  it('deletes nothing, what was sent back stays among the dead letters too: it may come twice, and is not lost', async () => {
    await queues.put(orderCreated().body);
    sqs.failing = /DeleteMessage/;
    expect((await redrive()).body).toMatchObject(unavailable);
    expect(await counts()).toEqual({ dead: 1, queue: 1 });
    sqs.failing = undefined;
    expect((await redrive()).body).toMatchObject({ redriven: 1 });
    expect(await counts()).toEqual({ dead: 0, queue: 2 });
  });

  it('releases nothing, a list is answered all the same', async () => {
    await queues.put(orderCreated().body);
    sqs.failing = /ChangeMessageVisibility/;
    expect((await list()).body.items).toHaveLength(1);
  });
});
