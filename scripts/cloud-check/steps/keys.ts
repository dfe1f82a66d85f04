/** A stage's keys are rotated by `npm run keys:rotate`, and what the old ones made goes on being good. */
import assert from 'node:assert/strict';
import { type Context, script } from '../context.ts';
import { addressOf, ask } from '../shop.ts';
import { newAddress, placeGuestOrder } from './shop.ts';

interface Made {
  /** A guest's order and what opens it. */
  order: { id: string; accessToken: string };
  /** A shopper's access token. */
  token: string;
}

/** What is made with the keys in use now. */
async function make(url: string): Promise<Made> {
  // Published in the README, for demo data alone.
  const body = JSON.stringify({ email: 'demo@rumshop.com', password: 'password123' });
  const signIn = await ask(`${url}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  assert.equal(signIn.status, 200, signIn.body);
  return { order: await placeGuestOrder(url, newAddress()), token: JSON.parse(signIn.body).accessToken };
}

/** Whether a guest still sees the order and a shopper is still signed in. */
async function stillGood(url: string, { order, token }: Made): Promise<number[]> {
  const answers = await Promise.all([
    ask(`${url}/api/orders/${order.id}`, { headers: { 'x-order-token': order.accessToken } }),
    ask(`${url}/api/auth/profile`, { headers: { authorization: `Bearer ${token}` } }),
  ]);
  return answers.map(({ status }) => status);
}

const keyOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

export async function rotateKeys(context: Context): Promise<string> {
  const url = await addressOf(context, 'dev');
  const before = await make(url);
  await script(context, 'rotate-keys', 'dev', ['--confirm', 'dev']);
  const after = await make(url);
  assert.notEqual(keyOf(after.token), keyOf(before.token), 'new tokens are signed by another key');
  assert.deepEqual(await stillGood(url, before), [200, 200], 'what the old keys made is good');
  assert.deepEqual(await stillGood(url, after), [200, 200], 'what the new keys made is good');
  return 'a guest’s order and a session of before are still open, new ones are made with new keys';
}
