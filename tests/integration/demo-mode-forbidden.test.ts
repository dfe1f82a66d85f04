/** A stage that allows no faults has none, and asks nobody whether it has. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Person, signIn } from '#tests/support/people.ts';
import { recordStatements } from '#tests/support/round-trips.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let admin: Person;
beforeAll(async () => {
  // As template.yaml has it unless a parameter says otherwise; nobody answers where control would be asked.
  shop = await startShop({ FAULTS_ALLOWED: 'false', DATABASE_CONTROL_URL: 'postgresql://kelvo_control@127.0.0.1:1/nothing' });
  admin = await signIn(shop, 'admin');
});
afterAll(() => shop.end());

const nothing = { mode: 'normal', seed: null, phase: null, startedAt: null, endsAt: null, faults: [], course: null };

it('where faults are not allowed, every mode but normal is refused, and normal is what there is', async () => {
  for (const body of [{ mode: 'blackfriday' }, { mode: 'normal', faults: [{ name: 'bad-deploy' }] }])
    expect((await admin.call('/api/admin/demo-mode', { body })).body).toMatchObject({ status: 403, code: 'faults-not-allowed' });
  expect((await admin.call('/api/admin/demo-mode', { body: { mode: 'normal' } })).body).toEqual(nothing);
  expect((await admin.call('/api/admin/demo-mode')).body).toEqual(nothing);
  expect(await shop.gateway.invoke('DemoRunFaults', { time: new Date().toISOString() })).toMatchObject({ agents: 0 });
});

it('what a run has left in the database, as when faults were allowed before, has no effect and is never read', async () => {
  await shop.database.query(
    `with run as (insert into demo_runs (id, mode, seed, speed, started_at, ends_at) values (gen_random_uuid(), 'normal', 1, 1, now(), now() + interval '1 hour') returning id)
     insert into demo_faults (id, run_id, name, strength, starts_at, ends_at) select gen_random_uuid(), id, 'bad-deploy', 1, now(), now() + interval '1 hour' from run`,
  );
  const recorder = recordStatements();
  try {
    for (let n = 0; n < 5; n++) expect((await shop.call('/api/categories')).status).toBe(200);
    expect((await admin.call('/api/admin/demo-mode')).body).toEqual(nothing);
    expect(recorder.statements.filter((text) => text.includes('demo_'))).toEqual([]);
  } finally {
    recorder.end();
  }
});
