/** Keys are rotated: what the old ones made stays good, until they are retired. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Context, script } from '../context.ts';
import { addressOf, ask } from '../shop.ts';
import { placeGuestOrder } from './shop.ts';

/** A guest's order with its token, and a customer's session: what keys make. */
interface Made {
  order: Awaited<ReturnType<typeof placeGuestOrder>>;
  user: { id: string };
  accessToken: string;
  cookie: string;
}

const json = { 'content-type': 'application/json' };

/** Which key signed an access token. */
const keyIdOf = (accessToken: string): string =>
  (JSON.parse(Buffer.from(accessToken.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

async function makeAll(url: string): Promise<Made> {
  const order = await placeGuestOrder(url, 'ada@example.com');
  const body = JSON.stringify({ email: `ada-${randomUUID()}@example.com`, password: `Kelvo ${randomUUID()}`, name: 'Ada Byron' });
  const answer = await ask(`${url}/api/auth/register`, { method: 'POST', headers: json, body });
  assert.equal(answer.status, 201, answer.body);
  const cookie = answer.headers.getSetCookie().find((each) => each.startsWith('kelvo_refresh='));
  assert.ok(cookie, 'signing up begins a session');
  const { user, accessToken } = JSON.parse(answer.body) as Made;
  return { order, user, accessToken, cookie: cookie.split(';')[0] ?? '' };
}

/** The statuses of reading the order by its token, and the account by its access token. */
async function answersTo(url: string, { order, user, accessToken }: Made): Promise<{ order: number; account: number }> {
  const read = async (path: string, headers: Record<string, string>) => (await ask(url + path, { headers })).status;
  return {
    order: await read(`/api/orders/${order.id}`, { 'x-order-token': order.accessToken }),
    account: await read(`/api/users/${user.id}`, { authorization: `Bearer ${accessToken}` }),
  };
}

/** Rotates, and makes anew what the keys before made; then retires these. */
export async function rotateKeys(context: Context): Promise<string> {
  const url = await addressOf(context, 'dev');
  const before = await makeAll(url);
  assert.deepEqual(await answersTo(url, before), { order: 200, account: 200 });
  await script(context, 'rotate-keys', 'dev', ['--yes']);
  assert.deepEqual(await answersTo(url, before), { order: 200, account: 200 }, 'what the old keys made is good after the rotation');
  const refreshed = await ask(`${url}/api/auth/refresh`, {
    method: 'POST',
    headers: { cookie: before.cookie, 'sec-fetch-site': 'same-origin' },
  });
  assert.equal(refreshed.status, 200, `the session of before goes on: ${refreshed.body}`);
  const after = await makeAll(url);
  const made = [(JSON.parse(refreshed.body) as Made).accessToken, after.accessToken].map(keyIdOf);
  assert.equal(new Set(made).size, 1, 'one key signs');
  assert.notEqual(made[0], keyIdOf(before.accessToken), 'the new key signs');
  await script(context, 'rotate-keys', 'dev', ['--retire', '--yes']);
  assert.deepEqual(
    await answersTo(url, after),
    { order: 200, account: 200 },
    'what the new keys made is good after the old ones are retired',
  );
  // An order is not there for who may not see it.
  assert.deepEqual(await answersTo(url, before), { order: 404, account: 401 }, 'what the old keys made is refused');
  return 'an order, an access token and a session outlived the rotation; retired, the old keys open nothing';
}
