/** Made-up shoppers, sent by the function that a stage has for them: whatever becomes of who sends, nobody comes twice, and what was sold comes back. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { courseOf, loadAt } from '#functions/demo/lib/course.ts';
import { arrivalsOf, type Rate } from '#functions/demo/lib/traffic/arrivals.ts';
import { noFigures } from '#functions/demo/lib/traffic/figures.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
let advance: (at?: Date) => Promise<{ shoppers: number; restocked: number }>;
let startTraffic: typeof import('#functions/demo/lib/start-traffic.ts').startTraffic;
let claim: (id: string, seconds: { claimed: number; from: number; to: number }) => Promise<boolean>;
beforeAll(async () => {
  shop = await startShop({ FAULTS_ALLOWED: 'true' });
  admin = await signIn(shop, 'admin');
  // What the functions do, with people who do not take their time; imported now, since the shop has set the variables.
  const { advanceTraffic } = await import('#functions/demo/lib/advance-traffic.ts');
  const { withControl } = await import('#functions/demo/lib/control.pg.ts');
  const { claimSeconds } = await import('#functions/demo/lib/traffic-runs.pg.ts');
  ({ startTraffic } = await import('#functions/demo/lib/start-traffic.ts'));
  const { signal } = new AbortController();
  advance = (at) => advanceTraffic({ origin: shop.url, now: () => at ?? new Date(), signal, lookMs: 50, thinking: 0 });
  claim = (id, seconds) => withControl(({ sql }) => claimSeconds(sql, id, seconds));
});
afterEach(() =>
  shop.database.query('update traffic_runs set ended_at = coalesce(ended_at, now()), restocked_at = coalesce(restocked_at, now())'),
);
afterAll(() => shop.end());

/** A run that began so many seconds ago, and that nobody has sent yet. */
async function begun(rate: Rate & { seconds: number; agoSeconds?: number; claimedSeconds?: number }): Promise<string> {
  const id = randomUUID();
  const startedAt = new Date(Date.now() - (rate.agoSeconds ?? rate.seconds) * 1_000);
  await shop.database.query(
    `insert into traffic_runs (id, seed, requests_per_minute, seconds, started_by, started_at, claimed_seconds) values ($1, $2, $3, $4, $1, $5, $6)`,
    [id, rate.seed, rate.requestsPerMinute, rate.seconds, startedAt, rate.claimedSeconds ?? 0],
  );
  return id;
}
const show = async (id: string) => (await admin.call(`/api/admin/traffic/${id}`)).body;
const failuresOf = ({ failed }: { failed: Record<string, number> }) => Object.values(failed).reduce((sum, count) => sum + count, 0);
const stocks = () => shop.database.query<{ id: string; stock: number }>('select id, stock from products order by id');

test('an admin lets shoppers come, one run at a time, sees how they fare, and stops them', async () => {
  const { status, body } = await admin.call('/api/admin/generate-traffic', {
    body: { durationSeconds: 60, requestsPerMinute: 6_000, seed: 7 },
  });
  expect(status).toBe(202);
  expect(await admin.call('/api/admin/generate-traffic', { body: {} })).toMatchObject({
    status: 409,
    body: { code: 'traffic-is-on', runId: body.runId },
  });
  await expect.poll(async () => (await show(body.runId)).ok).toBeGreaterThan(10);
  expect(await show(body.runId)).toMatchObject({ state: 'running', seed: 7, requestsPerMinute: 6_000, missedSeconds: 0, interrupted: 0 });
  const stop = () => admin.call(`/api/admin/traffic/${body.runId}`, { method: 'DELETE' });
  expect([(await stop()).status, (await stop()).status]).toEqual([204, 204]);
  await expect.poll(async () => (await show(body.runId)).state).toBe('stopped');
  const { sent, ok, byRoute, ...rest } = await show(body.runId);
  expect(ok + failuresOf(rest)).toBe(sent);
  expect(byRoute).toContainEqual({
    route: 'GET /api/products',
    count: expect.any(Number),
    p50: expect.any(Number),
    p95: expect.any(Number),
    p99: expect.any(Number),
  });
  const { items } = (await admin.call(`/api/admin/audit-log?subject=traffic-run:${body.runId}`)).body;
  expect(items.map(({ action }: { action: string }) => action)).toEqual(['traffic.stopped', 'traffic.started']);
});

test('two who send at once send everybody once; what was sold is put back, once, and what was not paid for when it expires', async () => {
  const rate = { requestsPerMinute: 3_000, seconds: 3 };
  const seed = seedWith({ ...rate, checkouts: 4 });
  const later = new Date(Date.now() + 3_600_000);
  const expire = () => shop.gateway.invoke('OrdersExpireOrders', { time: later.toISOString() });
  await expire(); // those of the seed
  const before = await stocks();
  const id = await begun({ seed, ...rate });
  await Promise.all([advance(), advance()]);
  const run = await show(id);
  expect(run).toMatchObject({ state: 'ended', missedSeconds: 0, interrupted: 0, failed: {} });
  expect(run.shoppers).toEqual({ arrived: [...arrivalsOf({ ...rate, seed }, 0, rate.seconds)].length, dropped: 0 });

  const orders = await shop.database.query<{ id: string; status: string; email: string }>(
    `select id, status, email from orders where email like '%@traffic.example' and right(split_part(email, '@', 1), 12) = right($1, 12)`,
    [id],
  );
  expect(orders.filter(({ status }) => status === 'paid').length).toBeGreaterThan(1);
  expect(orders.every(({ email }) => /^[a-z]+\.[a-z]+\+run[0-9a-f]{12}@traffic\.example$/.test(email))).toBe(true);
  expect(await advance()).toEqual({ shoppers: 0, restocked: 0 });
  await expire();
  await Promise.all([advance(later), advance(later)]);
  expect(await stocks()).toEqual(before);
  expect((await show(id)).restockedAt).not.toBeNull();
  const [moved] = await shop.database.query<{ restocked: number }>(
    `select count(distinct order_id)::int as restocked from stock_movements where reason = 'sold to made-up shoppers'`,
  );
  expect(moved?.restocked).toBe(orders.filter(({ status }) => status === 'paid').length);
  // Who is refunded afterwards has nothing to give back any more.
  const headers = { 'idempotency-key': randomUUID() };
  const orderId = orders.find(({ status }) => status === 'paid')?.id;
  expect((await admin.call('/api/payment/refund', { headers, body: { orderId } })).body).toMatchObject({ status: 'succeeded' });
  const refunded = async () => (await shop.database.query<{ status: string }>('select status from orders where id = $1', [orderId]))[0];
  await expect.poll(refunded).toEqual({ status: 'refunded' });
  expect(await stocks()).toEqual(before);
});

test('seconds of a run are claimed by one of all who want them', async () => {
  const id = await begun({ seed: 1, requestsPerMinute: 60, seconds: 30 });
  const claims = await Promise.all(Array.from({ length: 5 }, () => claim(id, { claimed: 0, from: 0, to: 5 })));
  expect(claims.filter((mine) => mine)).toHaveLength(1);
  expect(await claim(id, { claimed: 5, from: 20, to: 25 })).toBe(true);
  expect(await show(id)).toMatchObject({ missedSeconds: 15 });
});

test('where a sender died the next one goes on with what nobody had claimed, and the figures say that it died', async () => {
  const rate = { seed: 3, requestsPerMinute: 1_500, seconds: 3 };
  const id = await begun({ ...rate, claimedSeconds: 2 });
  await shop.database.query(
    `insert into traffic_senders (id, run_id, claims_until, beat_at, figures) values ($1, $2, now() + interval '1 hour', now() - interval '1 minute', $3)`,
    [randomUUID(), id, { ...noFigures(), arrived: 4, sent: 9, ok: 8 }],
  );
  const { shoppers } = await advance();
  expect(shoppers).toBe([...arrivalsOf(rate, 2, 3)].length);
  const run = await show(id);
  expect(run).toMatchObject({ state: 'ended', interrupted: 1, shoppers: { arrived: 4 + shoppers } });
  expect(run.sent).toBe(9 + run.ok - 8 + failuresOf(run));
});

test('a run that nobody sent ends at its time all the same, and says what was missed', async () => {
  const id = await begun({ seed: 3, requestsPerMinute: 3_000, seconds: 60, agoSeconds: 71 });
  expect(await advance()).toEqual({ shoppers: 0, restocked: 0 });
  expect(await show(id)).toMatchObject({ state: 'ended', missedSeconds: 60, sent: 0 });
});

test('while something goes wrong on purpose, a run says what, and where its traces are', async () => {
  const id = await begun({ seed: 3, requestsPerMinute: 60, seconds: 1 });
  expect((await show(id)).faults).toEqual([]);
  await admin.call('/api/admin/demo-mode', { body: { mode: 'normal', faults: [{ name: 'ads-errors' }] } });
  try {
    const { faults } = (await admin.call('/api/admin/demo-mode')).body;
    expect((await show(id)).faults).toEqual([{ name: 'ads-errors', look: faults[0].look }]);
    expect(faults[0].look.traces).toContain('/_local/traces?');
  } finally {
    await admin.call('/api/admin/demo-mode', { body: { mode: 'normal' } });
  }
});

test('during Black Friday more or fewer come, as its course says, and more are usual', async () => {
  await admin.call('/api/admin/demo-mode', { body: { mode: 'blackfriday', seed: 7 } });
  try {
    await shop.database.query(`update demo_runs set started_at = started_at - interval '20 seconds' where ended_at is null`);
    const rate = { seed: 9, requestsPerMinute: 3_000, seconds: 4 };
    const id = await begun(rate);
    const course = courseOf({ seed: 7, speed: 1, startedAt: Date.parse((await admin.call('/api/admin/demo-mode')).body.startedAt) });
    const startedAt = Date.parse((await show(id)).startedAt);
    const come = [...arrivalsOf(rate, 0, rate.seconds, (second) => loadAt(course, startedAt + second * 1_000))].length;
    expect(come).toBeLessThan([...arrivalsOf(rate, 0, rate.seconds)].length);
    expect(await advance()).toMatchObject({ shoppers: come });
    const { runId } = await startTraffic(
      {},
      { actor: `admin:${randomUUID()}`, adminId: randomUUID(), now: new Date(), stage: { allowed: true, mockPayments: true } },
    );
    const usual = await show(runId);
    expect([usual.requestsPerMinute, Date.parse(usual.endsAt) - Date.parse(usual.startedAt)]).toEqual([100, 300_000]);
  } finally {
    await admin.call('/api/admin/demo-mode', { body: { mode: 'normal' } });
  }
});

test('a stage that allows no faults gets no made-up shoppers, nor does one that is paid by Stripe', async () => {
  const given = { actor: 'system', adminId: randomUUID(), now: new Date() };
  await expect(startTraffic({}, { ...given, stage: { allowed: false, mockPayments: true } })).rejects.toMatchObject({
    code: 'faults-not-allowed',
  });
  await expect(startTraffic({}, { ...given, stage: { allowed: true, mockPayments: false } })).rejects.toMatchObject({
    code: 'payments-are-real',
  });
});

/** A seed by which so many people come to buy. */
function seedWith({ checkouts, requestsPerMinute, seconds }: { checkouts: number; requestsPerMinute: number; seconds: number }): number {
  for (let seed = 1; ; seed += 1) {
    const come = [...arrivalsOf({ seed, requestsPerMinute }, 0, seconds)];
    if (come.filter(({ kind }) => kind === 'checkout').length >= checkouts) return seed;
  }
}
