import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.end());

const script = join(import.meta.dirname, '../../scripts/create-admin.ts');

/** Runs the script as a person would, with these words on standard input. */
function run(args: string[], { input = '', variables = {} }: { input?: string; variables?: Record<string, string> } = {}) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: shop.database.adminUrl, ...variables },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(input);
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...said })),
  );
}
const signIn = (email: string, password: string) => shop.call('/api/auth/login', { body: { email, password } });
const accounts = () => shop.database.query('select email, role, password_hash from users order by email');

describe('npm run admin:create', () => {
  it('makes an admin who can sign in, with the password from standard input', async () => {
    const { code, out } = await run(['--email', 'boss@example.com', '--name', 'The Boss'], { input: 'a long password\nmore\n' });
    expect(code).toBe(0);
    expect(out).toContain('boss@example.com is an admin');
    expect(out).not.toContain('a long password');
    const { status, body } = await signIn('boss@example.com', 'a long password');
    expect(status).toBe(200);
    expect(body.user).toMatchObject({ name: 'The Boss', role: 'admin' });
    const headers = { authorization: `Bearer ${body.accessToken}` };
    expect((await shop.call('/api/admin/audit-log', { headers })).status).toBe(200);
  });

  it('takes the password from ADMIN_PASSWORD', async () => {
    const { code } = await run(['--email', 'chief@example.com'], { variables: { ADMIN_PASSWORD: 'another password' } });
    expect(code).toBe(0);
    expect((await signIn('chief@example.com', 'another password')).body.user).toMatchObject({ name: 'Admin', role: 'admin' });
  });

  it('refuses a weak password, none, and a wrong address or name, and makes nobody', async () => {
    const before = await accounts();
    const email = ['--email', 'weak@example.com'];
    expect(await run(email, { input: 'ninechars\n' })).toMatchObject({ code: 1, err: expect.stringContaining('at least 10 characters') });
    expect(await run(email)).toMatchObject({ code: 1, err: expect.stringContaining('at least 10 characters') });
    expect(await run(['--email', 'nobody'], { input: 'a long password' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('The email must'),
    });
    expect(await run([...email, '--name', ' '], { input: 'a long password' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('The name must'),
    });
    expect(await accounts()).toEqual(before);
  });

  it('leaves an account that there is alone, unless it is to be promoted, and then it keeps its password', async () => {
    const person = { email: 'Grace@example.com', password: 'grace likes cobol', name: 'Grace Hopper' };
    await shop.call('/api/auth/register', { body: person });
    const before = await accounts();
    expect(await run(['--email', 'grace@example.com'], { input: 'a long password' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('--promote'),
    });
    expect(await accounts()).toEqual(before);
    expect((await run(['--email', 'grace@example.com', '--promote'])).code).toBe(0);
    expect((await signIn(person.email, person.password)).body.user).toMatchObject({ name: 'Grace Hopper', role: 'admin' });
    expect(await run(['--email', 'grace@example.com'])).toMatchObject({ code: 0, out: expect.stringContaining('already') });
    expect(await run(['--email', 'stranger@example.com', '--promote'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no account'),
    });
  });

  it('explains itself where it is called wrongly: a password is no argument', async () => {
    for (const args of [[], ['--email'], ['--email', 'a@example.com', '--password', 'a long password'], ['boss@example.com']]) {
      const { code, err, out } = await run(args);
      expect(code, args.join(' ')).toBe(2);
      expect(err).toContain('Usage:');
      expect(out).toBe('');
    }
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--promote') });
  });

  it('says so when no database answers, or one without tables', async () => {
    const email = ['--email', 'boss2@example.com'];
    const none = await run(email, { variables: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' } });
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('No database answers') });
    const empty = new URL(shop.database.adminUrl);
    empty.pathname = '/postgres';
    expect(await run(email, { variables: { DATABASE_URL: empty.href } })).toMatchObject({
      code: 1,
      err: expect.stringContaining('npm run db:migrate'),
    });
  });
});
