/** What consumers could not handle: listed with its reason, and sent back, over the local queues and by SQS's own client. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deadLettersOf, orderCreated } from '#tests/support/dead-letters.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { guest, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
let dead: ReturnType<typeof deadLettersOf>;
let productId: string;
beforeAll(async () => {
  shop = await startShop({}, { pumps: { retryMs: 5 } });
  admin = await signIn(shop, 'admin');
  dead = deadLettersOf(shop.url);
  productId = (await shop.call('/api/products?limit=1')).body.items[0].id;
});
afterAll(() => shop.end());
beforeEach(async () => {
  await shop.pumps.settled();
  await shop.database.query('truncate aws.messages, consumer_failures, audit_log');
});

const list = (query = '') => admin.call(`/api/admin/dead-letters?queue=notify-people&limit=100${query}`);
const lettersIn = async () => (await list()).body.items;
const redrive = (body: object) => admin.call('/api/admin/dead-letters/redrive', { body });
const audited = async () => (await admin.call('/api/admin/audit-log?subject=queue:notify-people')).body.items;
const waiting = async () => (await shop.pumps.queues()).find(({ name }) => name === 'NotifyPeopleDeadLetters')?.visible;
const fill = (count: number) => Promise.all(Array.from({ length: count }, () => dead.put(orderCreated().body)));

describe('a poisoned event', () => {
  const order = (email: string) => guest(shop).order([{ productId, quantity: 1 }], { email });
  const mailsTo = async (email: string) => (await shop.database.query('select 1 from notifications where recipient = $1', [email])).length;

  it('ends among the dead letters with its reason while the others pass, and takes effect when it is sent back to a mended consumer', async () => {
    await shop.database.query(`alter table notifications add constraint poison check (recipient <> 'poisoned@example.com')`);
    const { body: placed } = await order('poisoned@example.com');
    for (const email of ['one@example.com', 'two@example.com']) await order(email);
    await shop.pumps.settled();
    expect([await mailsTo('poisoned@example.com'), await mailsTo('one@example.com'), await mailsTo('two@example.com')]).toEqual([0, 1, 1]);

    const { body } = await list();
    expect(body.queues).toEqual([{ queue: 'notify-people', messages: 1 }]);
    expect(body.items).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        queue: 'notify-people',
        event: {
          id: expect.any(String),
          type: 'order.created.v1',
          subject: placed.id,
          time: expect.stringMatching(/Z$/),
          traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
        reason: expect.stringContaining('violates check constraint "poison"'),
        failedAt: expect.stringMatching(/Z$/),
        tries: 5,
      },
    ]);
    const [letter] = body.items;

    // Sent back to a consumer that is not mended, it is there again, as a new message with the newer reason.
    await shop.database.query('alter table notifications rename constraint poison to still_poison');
    expect((await redrive({ ids: [letter.id] })).body).toEqual({ redriven: 1, notRedriven: [], more: false });
    await shop.pumps.settled();
    const [again] = await lettersIn();
    expect(again).toMatchObject({ event: letter.event, reason: expect.stringContaining('"still_poison"'), tries: 10 });
    expect(again.id).not.toBe(letter.id);
    expect(again.failedAt > letter.failedAt).toBe(true);

    await shop.database.query('alter table notifications drop constraint still_poison');
    expect((await redrive({ queue: 'notify-people' })).body).toMatchObject({ redriven: 1, more: false });
    await shop.pumps.settled();
    expect(await mailsTo('poisoned@example.com')).toBe(1);
    expect(await lettersIn()).toEqual([]);
    expect(await shop.database.query('select 1 from consumer_failures')).toEqual([]);
  });

  it('that is no event at all is shown with the reason that its consumer noted under the message’s id', async () => {
    const queue = await dead.urlOf('kelvo-local-notify-people');
    const id = await dead.put('not an event');
    expect(await lettersIn()).toMatchObject([{ id, event: null, reason: null, tries: null }]);
    await redrive({ ids: [id] });
    await shop.pumps.settled();
    expect(await lettersIn()).toMatchObject([{ event: null, reason: 'UnreadableEvent: The message is no JSON', tries: 5 }]);
    expect(queue).toBe(`${shop.url}/_local/sqs/000000000000/kelvo-local-notify-people`);
  });
});

describe('the list', () => {
  it('shows all, the last that failed first, page by page and none twice', async () => {
    const ids = await fill(25);
    const pages = [];
    let cursor = '';
    do {
      const { status, body } = await admin.call(`/api/admin/dead-letters?limit=10${cursor}`);
      expect(status).toBe(200);
      pages.push(body.items);
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
    const letters = pages.flat();
    expect(letters.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const instants = letters.map(({ failedAt }) => failedAt);
    expect(instants).toEqual([...instants].sort().reverse());
    expect((await admin.call('/api/admin/dead-letters?skip=20&limit=10')).body.items).toEqual(letters.slice(20));
  });

  it('hides nothing from whoever looks next, and a cursor serves its own queue only', async () => {
    await fill(12);
    for (let i = 0; i < 3; i++) expect(await lettersIn()).toHaveLength(12);
    expect(await waiting()).toBe(12);
    const { nextCursor } = (await admin.call('/api/admin/dead-letters?limit=1')).body;
    expect((await list(`&cursor=${nextCursor}`)).body).toMatchObject({ status: 400, code: 'invalid-cursor' });
  });

  it('waits for a message that somebody else holds for a moment', async () => {
    const ids = await fill(3);
    await dead.hold(2); // longer than a call of ours waits for messages
    expect((await lettersIn()).map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
  });

  it('says of each queue how many there are, also of those that somebody holds for long', async () => {
    await fill(3);
    await dead.hold(600);
    const { body } = await list();
    expect(body.queues).toEqual([{ queue: 'notify-people', messages: 3 }]);
    expect(body.items).toHaveLength(2);
  });

  it('has what EventBridge wrote on an event that it could not deliver', async () => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const attributes = { RULE_ARN: text('arn:aws:events:rule'), ERROR_CODE: text('NO_PERMISSIONS'), RETRY_ATTEMPTS: text('185') };
    const { event, body } = orderCreated();
    await dead.put(body, { ...attributes, origin: text('a test') });
    const [letter] = await lettersIn();
    expect(letter).toMatchObject({
      event: { id: event.id, subject: event.subject },
      reason: 'Not delivered by EventBridge: NO_PERMISSIONS',
      tries: 186,
    });
    // Sent back, it is a message as any other: what it fails for then is the consumer's reason.
    await redrive({ ids: [letter.id] });
    await shop.pumps.settled();
    expect(await lettersIn()).toMatchObject([{ event: letter.event, reason: 'Error: The order of an event is not there', tries: 5 }]);
    const [row] = await shop.database.query<{ attributes: object }>('select attributes from aws.messages');
    expect(Object.keys(row?.attributes ?? {})).toEqual(['origin']);
  });

  it('refuses a queue that there is not', async () => {
    expect((await admin.call('/api/admin/dead-letters?queue=no-such-queue')).body).toMatchObject({ status: 404, code: 'queue-not-found' });
    expect((await redrive({ queue: 'no-such-queue' })).body).toMatchObject({ status: 404, code: 'queue-not-found' });
    expect((await admin.call('/api/admin/dead-letters?queue=Kelvo.fifo')).body).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('sending back', () => {
  it('by id takes those out of many, leaves the others in everybody’s sight, and says which are not there any more', async () => {
    const ids = await fill(23);
    const chosen = [ids[3], ids[17]] as string[];
    const gone = randomUUID();
    expect((await redrive({ ids: [...chosen, gone] })).body).toEqual({
      redriven: 2,
      notRedriven: [{ id: gone, reason: 'not-found' }],
      more: false,
    });
    await shop.pumps.settled();
    const left = await lettersIn();
    expect(left).toHaveLength(23); // the two came back, as new messages
    expect(left.filter(({ id }: { id: string }) => chosen.includes(id))).toEqual([]);
    expect(left.filter(({ tries }: { tries: number | null }) => tries === 5)).toHaveLength(2);
    expect((await redrive({ ids: chosen })).body).toMatchObject({ status: 404, code: 'dead-letter-not-found' });
    expect(await audited()).toMatchObject([
      { actorId: admin.id, action: 'dead-letters.redriven', detail: { before: null, after: { ids: [...chosen, gone] } } },
    ]);
  });

  it('by queue, by two admins at once, moves each message once', async () => {
    const { body: order } = await guest(shop).order([{ productId, quantity: 1 }], { email: 'thrice@example.com' });
    await shop.pumps.settled();
    const mails = async () => (await shop.database.query('select 1 from notifications where order_id = $1', [order.id])).length;
    const before = await mails();
    await Promise.all(Array.from({ length: 25 }, () => dead.put(orderCreated(order.id).body)));
    const replies = await Promise.all([redrive({ queue: 'notify-people' }), redrive({ queue: 'notify-people' })]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(replies.reduce((sum, { body }) => sum + body.redriven, 0)).toBe(25);
    await shop.pumps.settled();
    expect(await mails()).toBe(before + 25);
    expect(await lettersIn()).toEqual([]);
  });

  it('by queue ends although the consumer fails as fast as messages come', async () => {
    await fill(12);
    expect((await redrive({ queue: 'notify-people' })).body).toMatchObject({ redriven: 12 });
    await shop.pumps.settled();
    expect(await lettersIn()).toHaveLength(12);
  });

  it('leaves a note about records of a stream where it is: it holds none of them', async () => {
    const note = {
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 4 },
      KinesisBatchInfo: { shardId: 'shardId-000000000000', startSequenceNumber: '4959', batchSize: 1 },
    };
    const id = await dead.put(JSON.stringify(note));
    expect(await lettersIn()).toMatchObject([{ id, event: null, reason: expect.stringContaining('RetryAttemptsExhausted'), tries: 4 }]);
    expect((await redrive({ ids: [id] })).body).toEqual({ redriven: 0, notRedriven: [{ id, reason: 'reads-a-stream' }], more: false });
    expect(await lettersIn()).toMatchObject([{ id }]);
    expect(await audited()).toEqual([]);
  });

  it('leaves what died on its way into a stream where it is, for there is no queue to send it to', async () => {
    const id = await dead.put(orderCreated().body, {}, 'kelvo-local-roll-up-sales-dead-letters');
    const left = { redriven: 0, notRedriven: [{ id, reason: 'reads-a-stream' }], more: false };
    expect((await redrive({ ids: [id] })).body).toEqual(left);
    expect((await redrive({ queue: 'roll-up-sales' })).body).toEqual(left);
    const { body } = await admin.call('/api/admin/dead-letters?queue=roll-up-sales');
    expect(body).toMatchObject({ items: [{ id, event: { type: 'order.created.v1' } }], queues: [{ queue: 'roll-up-sales', messages: 1 }] });
  });

  it('of a queue that has none does nothing, and the audit log has nothing to tell', async () => {
    expect((await redrive({ queue: 'notify-people' })).body).toEqual({ redriven: 0, notRedriven: [], more: false });
    expect(await audited()).toEqual([]);
  });
});
