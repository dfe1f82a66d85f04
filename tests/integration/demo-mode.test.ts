/** Demonstrations as their presenter has them: one is on at most, it ends by the clock, and `normal` ends it whatever else is broken. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { agents } from '#functions/demo/lib/agents.ts';
import type { Control } from '#functions/demo/lib/control.pg.ts';
import type { runFaults } from '#functions/demo/lib/run-faults.ts';
import { within } from '#local/services/processes.ts';
import { type Person, signIn } from '#tests/support/people.ts';
import { type OwnRedis, ownRedis } from '#tests/support/redis.ts';
import { recordStatements } from '#tests/support/round-trips.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let redis: OwnRedis;
let shop: Shop;
let admin: Person;
beforeAll(async () => {
  redis = await ownRedis();
  await redis.start();
  shop = await startShop({ FAULTS_ALLOWED: 'true', DATABASE_POOL_MAX: '2', REDIS_URL: redis.url });
  admin = await signIn(shop, 'admin');
});
afterAll(async () => {
  await shop.end();
  await redis.kill();
});
afterEach(() => admin.call('/api/admin/demo-mode', { body: { mode: 'normal' } }));

const set = (body: object) => admin.call('/api/admin/demo-mode', { body });
const get = async () => (await admin.call('/api/admin/demo-mode')).body;
const nothing = { mode: 'normal', seed: null, phase: null, startedAt: null, endsAt: null, faults: [], course: null };
const declines = (more: object = {}) => ({
  mode: 'normal',
  seed: 7,
  faults: [{ name: 'payment-declines', seconds: 30, strength: 0.5, ...more }],
});
const on = () => shop.database.query<{ id: string }>('select id from demo_runs where ended_at is null and ends_at > now()');
const audited = async () =>
  (await admin.call('/api/admin/audit-log?limit=100')).body.items.filter(({ action }: { action: string }) => action === 'demo-mode.set');
const asControl = () => Object.assign(new URL(shop.database.url), { username: 'kelvo_control' }).href;

/** A session that says that a fault holds it. */
async function held(fault: string): Promise<{ session: pg.Client; ended: Promise<unknown> }> {
  const session = new pg.Client({ connectionString: shop.database.url, application_name: `kelvo-fault ${fault}` });
  const ended = new Promise((resolve) => void session.once('end', resolve));
  session.on('error', () => undefined);
  await session.connect();
  return { session, ended };
}

describe('a mode', () => {
  it('says what is on, since when and until when, and where to see it', async () => {
    const { status, body } = await set(declines());
    expect([status, await get()]).toEqual([200, body]);
    expect(body).toMatchObject({
      mode: 'normal',
      seed: 7,
      phase: null,
      course: null,
      faults: [{ name: 'payment-declines', strength: 0.5 }],
    });
    expect(Date.parse(body.endsAt) - Date.parse(body.startedAt)).toBe(30_000);
    expect(body.faults[0].look).toEqual({
      traces: expect.stringMatching(`^http://localhost:\\d+/_local/traces`),
      query: expect.any(String),
    });
  });

  it('ends by the clock, with nobody there to end it', async () => {
    expect((await set(declines({ seconds: 1 }))).body.faults).toHaveLength(1);
    await expect.poll(get).toEqual(nothing);
  });

  it('of Black Friday has a course that its seed decides, written before it begins', async () => {
    const { body } = await set({ mode: 'blackfriday', seed: 7, speed: 2 });
    expect(body).toMatchObject({ mode: 'blackfriday', seed: 7, phase: 'warm-up', faults: [] });
    expect(Date.parse(body.endsAt) - Date.parse(body.startedAt)).toBe(150_000);
    const since = ({ faults }: typeof body.course) =>
      faults.map((fault: { name: string; startsAt: string }) => [fault.name, Date.parse(fault.startsAt)]);
    const offsets = (mode: typeof body) =>
      since(mode.course).map(([name, at]: [string, number]) => [name, at - Date.parse(mode.startedAt)]);
    const again = (await set({ mode: 'blackfriday', seed: 7, speed: 2 })).body;
    expect(offsets(again)).toEqual(offsets(body));
    expect(offsets((await set({ mode: 'blackfriday', seed: 8, speed: 2 })).body)).not.toEqual(offsets(body));
    // What the functions read is what the course says.
    const written = await shop.database.query(
      'select name from demo_faults f join demo_runs r on r.id = f.run_id where r.ended_at is null and r.seed = 8 ',
    );
    expect(written).toHaveLength(9);
  });

  it('takes the place of the one before, and ends what that held', async () => {
    await set({ mode: 'blackfriday' });
    const { ended } = await held('pool-exhaustion');
    await set(declines());
    await ended;
    expect(await on()).toHaveLength(1);
    expect((await get()).faults).toHaveLength(1);
  });

  it('is one, also when many are set at once', async () => {
    const replies = await Promise.all(Array.from({ length: 6 }, (_, seed) => set({ ...declines(), seed })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await on()).toHaveLength(1);
    expect(replies.map(({ body }) => body)).toContainEqual(await get());
  });

  it('is audited when somebody sets or ends it, and not when it ends by itself', async () => {
    const before = (await audited()).length;
    await set({ mode: 'blackfriday', seed: 3 });
    await set({ mode: 'normal' });
    await set({ mode: 'normal' }); // nothing was on
    const entries = (await audited()).slice(0, (await audited()).length - before);
    expect(entries).toMatchObject([
      { actorId: admin.id, detail: { before: { mode: 'blackfriday', seed: 3 }, after: { mode: 'normal' } } },
      { actorId: admin.id, detail: { before: null, after: { mode: 'blackfriday', seed: 3, speed: 1 } } },
    ]);
    expect(entries[0].subject).toBe(entries[1].subject);
    await set(declines({ seconds: 1 }));
    const count = (await audited()).length;
    await expect.poll(get).toEqual(nothing);
    expect(await audited()).toHaveLength(count);
  });

  it('is refused by its pointers where it makes no sense, and leaves what is on', async () => {
    const { body } = await set(declines());
    expect((await set({ mode: 'normal', faults: [{ name: 'meteor' }, { name: 'bad-deploy', strength: 0 }] })).body).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors: [{ pointer: '/faults/0/name' }, { pointer: '/faults/1/strength' }],
    });
    expect(await get()).toEqual(body);
  });

  it('is for admins alone', async () => {
    const shopper = await signIn(shop, 'shopper');
    for (const call of [{}, { body: { mode: 'normal' } }]) {
      expect((await shopper.call('/api/admin/demo-mode', call)).body).toMatchObject({ status: 403, code: 'admin-only' });
      expect((await shop.call('/api/admin/demo-mode', call)).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
  });
});

describe('normal ends everything', () => {
  it('while every connection of the functions is taken, and Redis does not answer', async () => {
    await set({ mode: 'blackfriday' });
    const { ended } = await held('lock-contention');
    const locker = new pg.Client({ connectionString: shop.database.adminUrl });
    await locker.connect();
    await locker.query('begin; lock table carts in access exclusive mode');
    const [product] = await shop.database.query<{ id: string }>('select id from products where stock > 50 limit 1');
    const waiting = Array.from({ length: 4 }, () => shop.call('/api/cart/add', { body: { productId: product?.id, quantity: 1 } }));
    try {
      const stuck = `select from pg_stat_activity where datname = current_database() and usename = 'kelvo_app' and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await shop.database.query(stuck)).length).toBe(2); // all that the process may have
      redis.hang();
      expect((await set({ mode: 'normal' })).body).toEqual(nothing);
      await ended;
      expect(await get()).toEqual(nothing);
      expect((await shop.database.query(stuck)).length).toBe(2); // they were taken all the while
    } finally {
      redis.goOn();
      await locker.end();
      await Promise.all(waiting);
    }
  });
});

describe('the state', () => {
  it('costs a process one small statement in 2 s at most, beside its requests', async () => {
    const recorder = recordStatements();
    const began = Date.now();
    try {
      for (let n = 0; n < 60; n++) expect((await shop.call('/api/categories')).status).toBe(200);
      const most = 1 + Math.ceil((Date.now() - began) / 2_000);
      const asked = recorder.statements.filter((text) => text.includes('demo_runs r join demo_faults'));
      expect(asked.length).toBeLessThanOrEqual(most);
      await expect
        .poll(async () => {
          await shop.call('/api/categories');
          return recorder.statements.filter((text) => text.includes('demo_runs r join demo_faults')).length;
        })
        .toBeGreaterThan(0);
    } finally {
      recorder.end();
    }
  });
});

describe('who acts during faults', () => {
  type Registry = typeof agents;
  let modules: { runFaults: typeof runFaults; withControl<T>(work: (control: Control) => Promise<T>): Promise<T> };
  beforeAll(async () => {
    // They read the variables that the shop has put into this process.
    const [{ runFaults }, { withControl }] = await Promise.all([
      import('#functions/demo/lib/run-faults.ts'),
      import('#functions/demo/lib/control.pg.ts'),
    ]);
    modules = { runFaults, withControl };
  });
  /** An agent that holds a lock, as seen in pg_locks. For a fault that has none: the shop's own function, which the routes start, has nothing to do for it. */
  const holdsALock: Registry = {
    'bad-deploy': async () => ({
      agent: async (_fault, { control, signal }) => {
        const session = await control.session('bad-deploy');
        await session.query('begin');
        await session.query('select pg_advisory_xact_lock(4711)');
        if (!signal.aborted) await once(signal, 'abort');
        await session.end();
      },
    }),
  };
  const start = (registry = holdsALock, signal = AbortSignal.timeout(20_000)) =>
    modules.withControl((control) => modules.runFaults(control, { signal, now: () => new Date(), registry }));
  /** As the schedule does: the shop's own function, which the routes have started, may be about to leave. */
  const startUntilItActs = async (registry = holdsALock, signal?: AbortSignal): Promise<{ agents: number }> => {
    for (;;) {
      const done = await start(registry, signal);
      if (done.agents > 0) return done;
    }
  };
  const locks = async () =>
    (
      await shop.database.query(
        `select from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and l.objid = 4711 and a.application_name = 'kelvo-fault bad-deploy' and a.datname = current_database()`,
      )
    ).length;
  /** Written as the route writes it. */
  const contend = (seconds: number) =>
    shop.database.query(
      `with run as (insert into demo_runs (id, mode, seed, speed, started_at, ends_at) values (gen_random_uuid(), 'normal', 1, 1, now(), now() + $1 * interval '1 s') returning *)
       insert into demo_faults (id, run_id, name, strength, starts_at, ends_at) select gen_random_uuid(), id, 'bad-deploy', 1, started_at, ends_at from run`,
      [seconds],
    );

  it('acts while a fault is on, and leaves nothing behind at its end', async () => {
    await contend(2);
    const acting = startUntilItActs();
    await expect.poll(locks).toBe(1);
    expect(await acting).toMatchObject({ agents: 1 });
    expect(await locks()).toBe(0);
  });

  it('stops soon after normal, though nobody tells it', async () => {
    await contend(60);
    const outOfTime = AbortSignal.timeout(30_000);
    const acting = startUntilItActs(holdsALock, outOfTime);
    await expect.poll(locks).toBe(1);
    await set({ mode: 'normal' });
    await expect.poll(locks).toBe(0); // a session that is told to end does so in a moment
    expect(await acting).toMatchObject({ agents: 1 });
    expect(outOfTime.aborted).toBe(false);
  });

  it('is one at a time: another that is started meanwhile leaves at once', async () => {
    await contend(60);
    const acting = startUntilItActs();
    await expect.poll(locks).toBe(1);
    expect(await start()).toMatchObject({ agents: 0 });
    expect(await locks()).toBe(1);
    await set({ mode: 'normal' });
    await acting;
  });

  it('is followed by the next when its process is killed: the lock that kept others out, and what it held, go with it', async () => {
    await contend(60);
    const child = fork(join(import.meta.dirname, '../support/fault-holder.ts'), [asControl()]);
    await once(child, 'message');
    expect(await locks()).toBe(1);
    expect(await start()).toMatchObject({ agents: 0 });
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(await within(10_000, async () => (await locks()) === 0)).toBe(true);
    const acting = startUntilItActs();
    await expect.poll(locks).toBe(1);
    await set({ mode: 'normal' });
    expect(await acting).toMatchObject({ agents: 1 });
  });

  it('begins nothing for a fault that ends while its state is read', async () => {
    await contend(1);
    let looks = 0;
    // Every second look at the clock is that after a read, which took long.
    const now = () => new Date(Date.now() + (looks++ % 2) * 5_000);
    const signal = AbortSignal.timeout(20_000);
    while (looks < 2)
      expect(await modules.withControl((control) => modules.runFaults(control, { signal, now, registry: holdsALock }))).toMatchObject({
        agents: 0,
      });
  });

  it('begins an agent again that failed while its fault is on', async () => {
    await contend(60);
    let tries = 0;
    const acting = startUntilItActs({
      'bad-deploy': async () => ({
        agent: async () => {
          tries += 1;
          throw new Error('It does not work');
        },
      }),
    });
    await expect.poll(() => tries).toBeGreaterThan(1);
    await set({ mode: 'normal' });
    await acting;
  });
});

it('a stage begins in its initial mode once in the life of its database, however often its functions start', async () => {
  const [{ beginInitialMode }, { withControl }] = await Promise.all([
    import('#functions/demo/lib/begin-initial-mode.ts'),
    import('#functions/demo/lib/control.pg.ts'),
  ]);
  const begin = (mode: 'normal' | 'blackfriday') => withControl((control) => beginInitialMode(control, mode, new Date()));
  await shop.database.query('delete from demo_runs');
  await begin('normal');
  expect(await on()).toHaveLength(0);
  await Promise.all([begin('blackfriday'), begin('blackfriday')]);
  expect(await get()).toMatchObject({ mode: 'blackfriday', phase: 'warm-up' });
  await set({ mode: 'normal' });
  await begin('blackfriday');
  expect(await get()).toEqual(nothing);
});

it('a function that is invoked as an event is answered at once, and works on', async () => {
  const url = `${shop.url}/_local/lambda/2015-03-31/functions/rumshop-demo-run-faults-local/invocations`;
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=local', 'x-amz-invocation-type': 'Event' };
  await set(declines());
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ time: 'soon' }) });
  expect([reply.status, await reply.text()]).toEqual([202, '']);
  const waited = await fetch(url, {
    method: 'POST',
    headers: { authorization: headers.authorization },
    body: JSON.stringify({ time: 'soon' }),
  });
  expect([waited.status, waited.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
});
