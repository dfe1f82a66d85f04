import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase } from '#functions/ops/lib/migrate-database.pg.ts';
import { type Rds, startRds } from '#tests/support/rds.ts';
import { connected } from '../../db/seed/connection.ts';
import { tableRows } from '../architecture/support/tables.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/database-monitoring.md'), 'utf8');
let rds: Rds;
let agent: pg.Client;
let app: pg.Client;

const as = (user: string) => {
  const url = new URL(rds.adminUrl);
  url.username = user;
  url.password = '';
  return url.href;
};
const migrate = (monitored: boolean) =>
  connected(rds.adminUrl, (client) => migrateDatabase(client, { folder: join(root, 'db'), monitored, bounds: { idleSeconds: 60 } }));

beforeAll(async () => {
  rds = await startRds();
  await rds.query('create database kelvo owner kelvo_admin', 'postgres');
  await rds.query('create extension pg_stat_statements'); // on RDS its admin may
  await migrate(true);
  await migrate(true);
  agent = new pg.Client({ connectionString: as('datadog') });
  app = new pg.Client({ connectionString: as('kelvo_app') });
  await Promise.all([agent.connect(), app.connect()]);
});
afterAll(async () => {
  await Promise.all([agent.end(), app.end()]);
  await rds.stop();
});

const asked = (text: string, values?: unknown[]) => agent.query(text, values).then(({ rows }) => rows);
const refusal = (text: string) =>
  agent.query(text).then(
    () => 'done',
    (error: pg.DatabaseError) => error.code,
  );
const planOf = (statement: string) => asked('select datadog.explain_statement($1) as plan', [statement]);
const noRight = '42501';
const readOnly = '25006';

describe('the Agent', () => {
  it('signs in and sees what others do, with their statements', async () => {
    await app.query('select count(*) as looked_at from products where price_amount > $1', [1]);
    const activity = await asked(`select query from pg_stat_activity where usename = 'kelvo_app' and datname = 'kelvo'`);
    expect(activity).toEqual([{ query: expect.stringContaining('looked_at') }]);
    const statements = await asked(
      `select query, calls from pg_stat_statements where query like '%looked_at%' and query not like '%pg_stat%'`,
    );
    expect(statements).toEqual([{ query: expect.stringContaining('price_amount > $1'), calls: '1' }]);
    expect(await asked('select count(*)::int > 10 as many from pg_stat_user_tables')).toEqual([{ many: true }]);
    expect(await asked('show max_connections')).toHaveLength(1);
    expect(await asked('select pg_database_size(current_database()) > 0 as size')).toEqual([{ size: true }]);
  });

  it('gets the plan of a statement, also on a table that it may not read', async () => {
    const [{ plan }] = await planOf(`select email from orders where email = 'a@example.com' order by created_at`);
    expect(plan[0].Plan).toMatchObject({ 'Node Type': expect.any(String) });
    expect(JSON.stringify(plan)).toContain('orders');
  });

  it('gets the plan of a statement with parameters, as it does it: prepared, and explained with nulls', async () => {
    await asked('set plan_cache_mode = force_generic_plan');
    await asked('prepare dd_1 as select id from orders where user_id = $1 and status = $2');
    const [{ count }] = await asked(`select cardinality(parameter_types) as count from pg_prepared_statements where name = 'dd_1'`);
    expect(count).toBe(2);
    const [{ plan }] = await planOf('execute dd_1(null, null)');
    expect(JSON.stringify(plan)).toContain('orders');
    await asked('deallocate dd_1');
  });
});

describe('the Agent cannot do more', () => {
  it('than read the tables that were decided to be readable: of every other one the page says why', async () => {
    const all = await rds.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
    const readable: string[] = [];
    const refused: string[] = [];
    for (const { name } of all) ((await refusal(`select * from public.${name} limit 1`)) === noRight ? refused : readable).push(name);
    const listed = (heading: string) => tableRows(page.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '').map(([name]) => name);
    expect(listed('Tables that the Agent may not read').sort()).toEqual(refused.sort());
    expect(listed('Tables that the Agent may read').sort()).toEqual(readable.sort());
  });

  it.each([
    ["insert into categories (id, slug, name) values (gen_random_uuid(), 'x', 'x')"],
    ['update products set stock = 0'],
    ['delete from words'],
    ['truncate words'],
    ['create table public.mine (id int)'],
    ['create table datadog.mine (id int)'],
    ["create function datadog.f() returns int language sql as 'select 1'"],
    ['alter role datadog superuser'],
    ['alter role datadog connection limit 100'],
    ['grant select on users to datadog'],
    ["select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kelvo_app'"],
    ["select pg_read_file('/etc/passwd')"],
    ["copy (select 1) to program 'true'"],
    ['set role kelvo_app'],
    ['set role kelvo_admin'],
  ])('not even where it takes back its own bounds: %s', async (statement) => {
    await asked('begin read write');
    expect(await refusal(statement)).toBe(noRight);
    await asked('rollback');
    expect(await rds.query(`select rolsuper, rolconnlimit from pg_roles where rolname = 'datadog'`)).toEqual([
      { rolsuper: false, rolconnlimit: 8 },
    ]);
  });

  it('by a function of its own that the planner would call with the rights of the function’s owner', async () => {
    await asked('set default_transaction_read_only = off');
    const own = `create function pg_temp.peek() returns text immutable language plpgsql as $f$ begin return (select string_agg(email, ',') from public.users); end $f$`;
    expect(await refusal(own)).toBe(noRight);
    await asked('set default_transaction_read_only = on');
  });

  it.each([
    ['analyze delete from products', '42601'],
    ['select 1; delete from products', '42P11'],
    ['(select 1)) delete from products', '42601'],
    ['analyze update products set stock = 0', '42601'],
  ])('by the function that explains: %s', async (statement, code) => {
    const before = await rds.query('select count(*) from products');
    await expect(planOf(statement)).rejects.toMatchObject({ code });
    expect(await rds.query('select count(*) from products')).toEqual(before);
  });

  it('by explaining a write, which plans it and runs nothing', async () => {
    await rds.query(`insert into categories (id, slug, name) values (gen_random_uuid(), 'kept', 'Kept')`);
    const [{ plan }] = await planOf('delete from categories');
    expect(plan[0].Plan['Node Type']).toBe('ModifyTable');
    expect(await rds.query(`select count(*)::int as left from categories`)).toEqual([{ left: 1 }]);
  });

  it('by explaining a call of a function that the planner runs: it is read only', async () => {
    await asked('set default_transaction_read_only = off');
    await rds.query(`create function erase() returns void language sql as 'delete from categories'`);
    await rds.query(`create function sneaky() returns int immutable language plpgsql as $f$ begin perform erase(); return 1; end $f$`);
    await expect(planOf('select sneaky()')).rejects.toMatchObject({ code: readOnly });
    await rds.query('drop function sneaky, erase');
  });

  // The planner runs functions that change nothing to estimate how many rows fit, and some of PostgreSQL's own read whole tables.
  it.each([
    ["select 1 from products where stock < (table_to_xml('public.users'::regclass, true, false, '')::text)::int"],
    ["select 1 from products where stock < (pg_catalog.\"schema_to_xml\"('public', true, false, '')::text)::int"],
    ["select 1 from products where stock < (database_to_xml(true, false, '')::text)::int"],
    ["select 1 from products where stock < (U&\"table_\\0074o_xml\"('public.users'::regclass, true, false, '')::text)::int"],
    ["select 1 from products where stock < (case when table_to_xml('public.users', true, false, '')::text ~ 'secret' then 0 else 9 end)"],
    ["select 1 from products where stock < (select 1) and name < (TABLE_TO_XML_AND_XMLSCHEMA('public.users', true, false, '')::text)"],
  ])('nor rows by what the planner reads to estimate: %s', async (statement) => {
    await rds.query(`insert into users (id, email, name, role, password_hash, created_at, updated_at)
      values (gen_random_uuid(), 'secret@example.com', 'S', 'shopper', 'x', now(), now()) on conflict do nothing`);
    const answer = await planOf(statement).catch((error: pg.DatabaseError) => error);
    expect(answer).toMatchObject({ code: noRight });
    expect(JSON.stringify([answer, (answer as Error).message])).not.toContain('secret@example.com');
  });

  it('nor by a prepared statement that the planner reads a table for', async () => {
    await asked(`prepare reads as select 1 from products where stock < (table_to_xml('public.users', true, false, '')::text)::int`);
    await expect(planOf('execute reads')).rejects.toMatchObject({ code: noRight });
    await asked('deallocate reads');
  });

  it('nor what a statement’s own text makes the planner fail with: the error says its code alone', async () => {
    const answer = await planOf(`select 1 from products where stock < ('secret' || current_setting('server_version'))::int`).catch(
      (error: pg.DatabaseError) => error,
    );
    expect(answer).toMatchObject({ code: '22P02', message: 'There is no plan of this statement' });
  });

  it('nor may anybody else explain with the owner’s rights', async () => {
    await connected(as('kelvo_app'), async (client) => {
      await expect(client.query(`select datadog.explain_statement('select 1')`)).rejects.toMatchObject({ code: noRight });
    });
  });
});

describe('the functions', () => {
  it('may have as many connections as the server takes beside its reserve and those who help, and lose those that sleep', async () => {
    const [row] = await rds.query<{ limit: number; whole: number; reserved: number; settings: string[] }>(
      `select rolconnlimit as limit, rolconfig as settings, current_setting('max_connections')::int as whole,
              current_setting('superuser_reserved_connections')::int as reserved from pg_roles where rolname = 'kelvo_app'`,
    );
    expect(row?.limit).toBe((row?.whole ?? 0) - (row?.reserved ?? 0) - 12);
    expect(row?.settings).toContain('idle_session_timeout=60s');
  });

  it('get a clear refusal for one connection too many, and everybody else goes on', async () => {
    await rds.query('alter role kelvo_app connection limit 2'); // one is there
    await connected(as('kelvo_app'), async () => {
      await expect(connected(as('kelvo_app'), async () => 'in')).rejects.toMatchObject({ code: '53300' });
      await expect(connected(rds.adminUrl, async () => 'in')).resolves.toBe('in');
    });
    await migrate(true);
  });
});

it('a stage that has no Agent any more does not let its role in', async () => {
  await migrate(false);
  await expect(connected(as('datadog'), async () => 'in')).rejects.toMatchObject({ code: '28000' });
  await migrate(true);
  await expect(connected(as('datadog'), async () => 'in')).resolves.toBe('in');
});

describe('the role of demonstrations', () => {
  const migrateWith = (faults: boolean) =>
    connected(rds.adminUrl, (client) =>
      migrateDatabase(client, { folder: join(root, 'db'), monitored: true, faults, bounds: { idleSeconds: 60 } }),
    );
  let control: pg.Client;
  beforeAll(async () => {
    await migrateWith(true);
    await migrateWith(true);
    control = new pg.Client({ connectionString: as('kelvo_control') });
    await control.connect();
  });
  afterAll(() => control.end());

  it('writes and reads demonstrations, and writes the audit log', async () => {
    await control.query('begin');
    const run = `insert into demo_runs (id, mode, seed, speed, started_at, ends_at) values (gen_random_uuid(), 'normal', 1, 1, now(), now() + interval '1 s') returning id`;
    const { rows } = await control.query(run);
    await control.query(`update demo_runs set ended_at = now() where id = $1`, [rows[0].id]);
    await control.query(`select from demo_faults where run_id = $1`, [rows[0].id]);
    await control.query(
      `insert into audit_log (id, actor_id, action, subject, detail, at) values (gen_random_uuid(), gen_random_uuid(), 'x', 'x', '{}', now())`,
    );
    await control.query('rollback');
  });

  it('ends the sessions that faults hold, whoever’s they are, and no others', async () => {
    const held = new pg.Client({ connectionString: as('kelvo_app'), application_name: 'kelvo-fault pool-exhaustion' });
    held.on('error', () => undefined);
    await held.connect();
    expect((await control.query('select control.end_fault_sessions() as ended')).rows).toEqual([{ ended: 1 }]);
    await expect(held.query('select 1')).rejects.toThrow();
    await expect(app.query('select 1')).resolves.toBeDefined();
  });

  it.each([
    ['select * from audit_log'],
    ['delete from audit_log'],
    ['delete from demo_runs'],
    ['select * from users'],
    ['update products set price_amount = 0'],
    ['update orders set status = status'],
    ['select shipping_address from orders'],
    ['select * from orders'],
    ['create table public.mine (id int)'],
    ['create table control.mine (id int)'],
    ['alter role kelvo_control superuser'],
    ["select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kelvo_app'"],
    ['set role kelvo_app'],
    ['set role kelvo_admin'],
  ])('may not %s', async (statement) => {
    await expect(control.query(statement)).rejects.toMatchObject({ code: noRight });
  });

  it('has four connections, which the functions leave it', async () => {
    const limits = `select rolname, rolconnlimit as most from pg_roles where rolname in ('kelvo_app', 'kelvo_control') order by 1`;
    const [withFaults, own] = await rds.query<{ most: number }>(limits);
    expect(own?.most).toBe(4);
    await migrateWith(false);
    const [without] = await rds.query<{ most: number }>(limits);
    expect((without?.most ?? 0) - (withFaults?.most ?? 0)).toBe(4);
  });

  it('may not sign in where the stage allows no faults', async () => {
    await migrateWith(false);
    await expect(connected(as('kelvo_control'), async () => 'in')).rejects.toMatchObject({ code: '28000' });
  });
});
