import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { localVariables, readLocalStack } from '#local/values.ts';
import { type Listener, listen, type Rds, startRds } from '#tests/support/rds.ts';
import { unitVariables } from '#tests/support/variables.ts';
import { newestMigration } from '../../db/newest-migration.ts';

const root = join(import.meta.dirname, '../..');
const newest = newestMigration();
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!db-1';

let rds: Rds;
let folder: string;
let secrets: Listener;
let secretSays: { status: number; body?: string };
const good = {
  status: 200,
  body: JSON.stringify({ SecretString: JSON.stringify({ username: 'kelvo_admin', password: 'admin-password' }) }),
};
const opened: Listener[] = [];

beforeAll(async () => {
  rds = await startRds();
  folder = mkdtempSync(join(tmpdir(), 'kelvo-migrate-'));
  symlinkSync(join(root, 'dist/node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  secrets = await listen(() => secretSays);
  await rds.query('alter system set log_statement = none', 'postgres');
  secretSays = good;
});
afterAll(async () => {
  secrets.stop();
  await rds.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  secretSays = good;
  for (const each of opened.splice(0)) each.stop();
});

interface Release {
  /** More migrations than the repository has, by name. */
  more?: Record<string, string>;
  variables?: Record<string, string>;
}

let releases = 0;
/** The function as it is deployed: the bundle with its files, in a folder of its own. */
function release({ more = {}, variables = {} }: Release = {}) {
  const own = join(folder, `release-${++releases}`);
  cpSync(join(root, 'dist/OpsMigrate'), own, { recursive: true });
  for (const [name, text] of Object.entries(more)) writeFileSync(join(own, `db/migrations/${name}.sql`), `-- Up Migration\n${text}`);
  const { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY } = unitVariables;
  const keys = { ORDER_TOKEN_KEY, ACCESS_TOKEN_PUBLIC_KEYS, ACCESS_TOKEN_SIGNING_KEY };
  const local = localVariables({ databaseUrl: rds.adminUrl, redisUrl: null, gatewayPort: 0, secrets: keys });
  const { env } = readLocalStack(join(root, 'template.yaml'), local, { POWERTOOLS_LOG_LEVEL: 'SILENT' });
  Object.assign(process.env, env, { DATABASE_ADMIN_SECRET_ARN: secretArn, SECRETS_ENDPOINT: secrets.url, ...variables });
  const require = createRequire(import.meta.url);
  const { handler } = require(own) as { handler: (event: unknown, context: object) => Promise<unknown> };
  return handler;
}

interface Asked {
  type?: 'Create' | 'Update' | 'Delete';
  version?: string;
  before?: string;
  remainingMs?: number;
  answers?: (n: number) => { status: number };
}

/** Calls a function as CloudFormation does. @returns what CloudFormation hears */
async function ask(
  handler: ReturnType<typeof release>,
  { type = 'Update', version = newest, before, remainingMs = 60_000, answers }: Asked = {},
) {
  const url = await listen(answers);
  opened.push(url);
  const context = { awsRequestId: 'r', functionName: 'rumshop-ops-migrate', getRemainingTimeInMillis: () => remainingMs };
  const request = {
    RequestType: type,
    ResponseURL: url.url,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Migration',
    ResourceProperties: { ServiceToken: 'arn', SchemaVersion: version, Release: '2' },
    ...(before && { OldResourceProperties: { ServiceToken: 'arn', SchemaVersion: before, Release: '1' } }),
  };
  const returned = await handler(request, context).catch((error: Error) => error);
  return { returned, heard: url.asked, answer: JSON.parse(url.asked.at(-1)?.body ?? '{}') };
}

const applied = () =>
  rds.query<{ name: string }>('select name from schema_migrations order by name').then((rows) => rows.map(({ name }) => name));
const ids = { PhysicalResourceId: 'kelvo-local-schema', StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Migration' };

describe('a first deploy', () => {
  it('makes database, schema and roles as an admin who is no superuser, and tells CloudFormation the version', async () => {
    const { heard, answer } = await ask(release(), { type: 'Create' });
    expect(answer).toEqual({ Status: 'SUCCESS', ...ids, Data: { Version: newest } });
    expect(heard.map(({ method, headers }) => [method, headers['content-type']])).toEqual([['PUT', undefined]]);
    expect((await applied()).at(-1)).toBe(newest);
    const app = new URL(rds.adminUrl);
    app.username = 'kelvo_app';
    const client = new pg.Client({ connectionString: app.href });
    await client.connect();
    await expect(client.query('select from products')).resolves.toMatchObject({ rowCount: 0 });
    await expect(client.query('drop table products')).rejects.toThrow('must be owner');
    await client.end();
    const members = await rds.query(`select from pg_auth_members where roleid = 'rds_iam'::regrole and member = 'kelvo_app'::regrole`);
    expect(members).toHaveLength(1);
  });

  it('asks Secrets Manager with a signed call for the one secret', () => {
    const [first] = secrets.asked;
    expect(first).toMatchObject({
      method: 'POST',
      headers: {
        'x-amz-target': 'secretsmanager.GetSecretValue',
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=.+\/us-east-1\/secretsmanager\/aws4_request/),
      },
    });
    expect(JSON.parse(first?.body ?? '')).toEqual({ SecretId: secretArn });
  });
});

describe('a deploy', () => {
  it('with a new migration runs it once, although the request comes twice at the same time', async () => {
    const handler = release({ more: { '0901_twice': 'create table twice (id int primary key); select pg_sleep(0.2);' } });
    const both = await Promise.all([1, 2].map(() => ask(handler, { version: '0901_twice', before: newest })));
    expect(both.map(({ answer }) => [answer.Status, answer.Data])).toEqual([1, 2].map(() => ['SUCCESS', { Version: '0901_twice' }]));
    expect((await applied()).filter((name) => name === '0901_twice')).toHaveLength(1);
  });

  it('whose migration fails is a failure that names it in one line, and leaves what was there', async () => {
    const before = await applied();
    const more = {
      '0901_twice': 'select 1;',
      '0902_bad': 'create table half (id int);\nselect\n  nothing from nowhere;',
      '0903_later': 'select 1;',
    };
    const { answer, returned } = await ask(release({ more }), { version: '0903_later', before: '0901_twice' });
    expect(answer).toEqual({ Status: 'FAILED', ...ids, Reason: 'Migration 0902_bad failed: relation "nowhere" does not exist (42P01)' });
    expect(returned).toEqual({ outcome: 'FAILED', reason: answer.Reason });
    expect(await applied()).toEqual(before);
    expect(await rds.query(`select to_regclass('half') as half`)).toEqual([{ half: null }]);
  });

  it('that goes back to an older release changes nothing and succeeds, by the old bundle and by the new one', async () => {
    await rds.query('revoke select on products from kelvo_app');
    const before = await applied();
    const byOld = await ask(release(), { version: newest, before: '0901_twice' });
    const byNew = await ask(release({ more: { '0901_twice': 'select 1;', '0904_next': 'select broken;' } }), {
      version: newest,
      before: '0904_next',
    });
    for (const { answer } of [byOld, byNew]) expect(answer).toEqual({ Status: 'SUCCESS', ...ids, Data: { Version: newest } });
    expect(await applied()).toEqual(before);
    expect(await rds.query(`select has_table_privilege('kelvo_app', 'products', 'select') as may`)).toEqual([{ may: false }]);
  });

  it('of the same schema gives the roles their rights again', async () => {
    await ask(release({ more: { '0901_twice': 'select 1;' } }), { version: '0901_twice', before: '0901_twice' });
    expect(await rds.query(`select has_table_privilege('kelvo_app', 'products', 'select') as may`)).toEqual([{ may: true }]);
  });

  it('with a parameter that was forgotten is refused, and says what it should be', async () => {
    const handler = release({ more: { '0901_twice': 'select 1;', '0904_next': 'create table next (id int);' } });
    const { answer } = await ask(handler, { version: '0901_twice', before: '0901_twice' });
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining("SchemaVersion is 0901_twice, and this release's newest migration is 0904_next"),
    });
    expect((await ask(handler, { version: 'no name' })).answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('SchemaVersion'),
    });
  });
});

describe('a migration that takes too long', () => {
  it('is taken back before the time is over, and CloudFormation hears of it', async () => {
    const handler = release({ more: { '0901_twice': 'select 1;', '0905_slow': 'create table slow (id int); select pg_sleep(50);' } });
    const { answer } = await ask(handler, { version: '0905_slow', before: '0901_twice', remainingMs: 1_200 });
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('There was too little time: Migration 0905_slow failed'),
    });
    expect(await rds.query(`select to_regclass('slow') as slow`)).toEqual([{ slow: null }]);
    expect(await rds.query(`select query from pg_stat_activity where usename = 'kelvo_admin' and state <> 'idle'`)).toEqual([]);
  });
});

describe('the database', () => {
  it('that is away is a failure with its reason, before the time is over', async () => {
    const handler = release({ variables: { DATABASE_ADMIN_URL: 'postgresql://kelvo_admin@127.0.0.1:1/kelvo' } });
    const { answer } = await ask(handler, { remainingMs: 600 });
    expect(answer).toEqual({
      Status: 'FAILED',
      ...ids,
      Reason: 'The database at 127.0.0.1:1 cannot be signed in to: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('that has no TLS is not signed in to where the stage wants it', async () => {
    const { answer } = await ask(release({ variables: { DATABASE_AUTH: 'iam' } }));
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('The server does not support SSL connections') });
  });

  it('is not asked for a deletion', async () => {
    const before = secrets.asked.length;
    const { answer } = await ask(release({ variables: { DATABASE_ADMIN_URL: 'postgresql://127.0.0.1:1/kelvo' } }), {
      type: 'Delete',
      version: 'whatever',
    });
    expect(answer).toEqual({ Status: 'SUCCESS', ...ids, Data: {} });
    expect(secrets.asked).toHaveLength(before);
  });
});

describe('the secret', () => {
  it.each([
    [
      'that may not be read',
      { status: 400, body: '{"__type":"AccessDeniedException"}' },
      'Secrets Manager answered 400 AccessDeniedException',
    ],
    ['that is none', { status: 200, body: '{"SecretString":"hunter2"}' }, 'has no username and password'],
  ])('%s is a failure that does not tell what it holds', async (_, says, reason) => {
    secretSays = says;
    const { answer } = await ask(release());
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(reason) });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('the answer', () => {
  it('is put again when the first try fails', async () => {
    const { heard, returned } = await ask(release({ more: { '0901_twice': 'select 1;' } }), {
      version: '0901_twice',
      answers: (n) => ({ status: n === 0 ? 503 : 200 }),
    });
    expect(heard).toHaveLength(2);
    expect(returned).toEqual({ outcome: 'SUCCESS' });
  });

  it('that nobody takes is an error, so that Lambda calls again', async () => {
    const { heard, returned } = await ask(release({ more: { '0901_twice': 'select 1;' } }), {
      version: '0901_twice',
      answers: () => ({ status: 403 }),
    });
    expect(heard).toHaveLength(3);
    expect(returned).toMatchObject({ message: 'CloudFormation did not take the answer: status 403' });
  });
});

describe('a change that waits for a table in use', () => {
  it('gives up after a while, so that nothing queues behind it', async () => {
    const { migrateDatabase } = await import('#functions/ops/lib/migrate-database.pg.ts');
    const [holder, migrator] = [1, 2].map(() => new pg.Client({ connectionString: rds.adminUrl })) as [pg.Client, pg.Client];
    await Promise.all([holder.connect(), migrator.connect()]);
    await holder.query('begin; lock table products in access share mode');
    const own = join(folder, 'waiting');
    cpSync(join(root, 'db/migrations'), join(own, 'migrations'), { recursive: true });
    cpSync(join(root, 'db/roles'), join(own, 'roles'), { recursive: true });
    writeFileSync(join(own, 'migrations/0901_twice.sql'), 'select 1');
    writeFileSync(join(own, 'migrations/0906_lock.sql'), '-- Up Migration\nalter table products add column late int;');
    const failing = migrateDatabase(migrator, { folder: own, lockTimeoutMs: 50 });
    await expect(failing).rejects.toMatchObject({ message: 'Migration 0906_lock failed', cause: { code: '55P03' } });
    await Promise.all([holder.end(), migrator.end()]);
    expect(readFileSync(join(own, 'migrations/0906_lock.sql'), 'utf8')).toContain('late');
  });
});
