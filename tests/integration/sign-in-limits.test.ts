/** How many wrong passwords an account and an address stand. A shop behind CloudFront, so that a test can say where a request comes from. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Call, type Shop, startShop } from '#tests/support/shop.ts';

const [perPair, perAccount, perAddress] = [4, 12, 9];
const password = 'the right password';
const owner = '198.51.100.1';
const stranger = '203.0.113.1';
let shop: Shop;
beforeAll(async () => {
  shop = await startShop({
    ORIGIN_SECRET_SHA256: createHash('sha256').update('told-by-cloudfront').digest('hex'),
    LOGIN_FAILURES_PER_ACCOUNT_AND_ADDRESS: String(perPair),
    LOGIN_FAILURES_PER_ACCOUNT: String(perAccount),
    LOGIN_FAILURES_PER_ADDRESS: String(perAddress),
  });
});
afterAll(() => shop.end());
beforeEach(() => shop.database.query('truncate login_attempts'));

const from = (address: string, path: string, { headers, ...call }: Call = {}) =>
  shop.call(path, {
    ...call,
    headers: { 'x-origin-secret': 'told-by-cloudfront', 'cloudfront-viewer-address': `${address}:4711`, ...headers },
  });
const login = (address: string, email: string, given = password) => from(address, '/api/auth/login', { body: { email, password: given } });
const guess = async (address: string, email: string) => (await login(address, email, 'a wrong password')).status;
async function newPerson() {
  const email = `${randomUUID()}@example.com`;
  const { body } = await from(owner, '/api/auth/register', { body: { email, password, name: 'Ada' } });
  return { email, headers: { authorization: `Bearer ${body.accessToken}` } };
}
const many = <T>(count: number, work: (i: number) => Promise<T>) => Promise.all(Array.from({ length: count }, (_, i) => work(i)));
const noted = async () => (await shop.database.query('select 1 from login_attempts')).length;
const oneMinute = () => shop.database.query("update login_attempts set at = at - interval '61 seconds'");

describe('a stranger who keeps guessing', () => {
  it('from one address is refused after a few, and keeps the owner out neither then nor later', async () => {
    const { email } = await newPerson();
    const statuses = [];
    for (let i = 0; i < 3 * perAccount; i++) statuses.push(await guess(stranger, email));
    expect(statuses).toEqual([...Array(perPair).fill(401), ...Array(3 * perAccount - perPair).fill(429)]);
    expect((await login(owner, email)).status).toBe(200);
    expect((await login(stranger, email)).status).toBe(429);
  });

  it('is counted for what was tried, not for what was refused: a minute after the last try they may again', async () => {
    const { email } = await newPerson();
    await many(perPair, () => guess(stranger, email));
    const after = await noted();
    await many(20, () => guess(stranger, email));
    expect(await noted()).toBe(after);
    await oneMinute();
    expect(await guess(stranger, email)).toBe(401);
  });

  it('all at once is counted each time', async () => {
    for (const email of [(await newPerson()).email, 'nobody-has-this@example.com']) {
      const statuses = await many(25, () => guess(stranger, email));
      expect(statuses.filter((status) => status === 401)).toHaveLength(perPair);
      expect(statuses.filter((status) => status === 429)).toHaveLength(25 - perPair);
      await oneMinute();
    }
  });

  it('at many accounts is refused by address', async () => {
    const statuses = await many(2 * perAddress, (i) => guess(stranger, `person-${i}@example.com`));
    expect(statuses.filter((status) => status === 401)).toHaveLength(perAddress);
  });

  it('from many addresses at once is refused by account', async () => {
    const { email } = await newPerson();
    const statuses = await many(3 * perAccount, (i) => guess(`203.0.113.${i}`, email));
    expect(statuses.filter((status) => status === 401)).toHaveLength(perAccount);
  });

  it('with all addresses of an IPv6 network is one address', async () => {
    const { email } = await newPerson();
    const statuses = await many(3 * perPair, (i) => guess(`2001:db8:5:6:${i}::1`, email));
    expect(statuses.filter((status) => status === 401)).toHaveLength(perPair);
    expect(await guess('2001:db8:5:7::1', email)).toBe(401);
  });

  it('does not get around it by another spelling of the address, or by its case', async () => {
    const { email } = await newPerson();
    const spellings = [email, email.toUpperCase(), email.replace('example', 'Example')];
    const statuses = await many(3 * perPair, (i) => guess(i % 2 ? stranger : `::ffff:${stranger}`, spellings[i % 3] as string));
    expect(statuses.filter((status) => status === 401)).toHaveLength(perPair);
  });

  it('by a stolen access token at the change of password has the same few tries as at the sign-in', async () => {
    const { email, headers } = await newPerson();
    const change = (currentPassword: string) =>
      from(stranger, '/api/auth/password', { method: 'PUT', headers, body: { currentPassword, newPassword: 'the new password' } });
    await guess(stranger, email);
    const replies = await many(3 * perPair, (i) => change(`guess number ${i}`));
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(perPair - 1);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(2 * perPair + 1);
    expect((await change(password)).body).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect((await login(owner, email)).status).toBe(200);
  });
});

it('right passwords leave nothing behind, however many', async () => {
  const { email } = await newPerson();
  for (let i = 0; i < 2 * perAccount; i++) expect((await login(owner, email)).status).toBe(200);
  expect(await noted()).toBe(0);
});
