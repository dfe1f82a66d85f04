/**
 * What two requests at once may do to an account. To fix who comes first, a test holds the account's row, lets the requests queue up behind it
 * one after the other, and lets go.
 */
import { argon2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { within } from '#local/services/processes.ts';
import { type Reply, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
});
afterAll(() => shop.end());

const oldPassword = 'the old password';
const newPassword = 'the new password';
let people = 0;

async function registered() {
  const email = `racer${people++}@example.com`;
  const reply = await shop.call('/api/auth/register', { body: { email, password: oldPassword, name: 'Grace Hopper' } });
  expect(reply.status).toBe(201);
  const { id } = reply.body.user as { id: string };
  const headers = { authorization: `Bearer ${reply.body.accessToken}` };
  return {
    id,
    cookie: cookieOf(reply),
    login: (password = oldPassword) => shop.call('/api/auth/login', { body: { email, password } }),
    change: (to = newPassword) =>
      shop.call('/api/auth/password', { method: 'PUT', headers, body: { currentPassword: oldPassword, newPassword: to } }),
  };
}
const cookieOf = (reply: { headers: Headers }) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
const withCookie = (path: string, cookie: string) =>
  shop.call(path, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', cookie } });
const refresh = (cookie: string) => withCookie('/api/auth/refresh', cookie);
const logout = (cookie: string) => withCookie('/api/auth/logout', cookie);

/** Runs requests so that the first gets the account's lock first, then the next: each begins when the one before it waits. */
async function inOrder(userId: string, ...requests: (() => Promise<Reply>)[]): Promise<Reply[]> {
  const holder = new pg.Client({ connectionString: shop.database.adminUrl });
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query('select from users where id = $1 for update', [userId]);
    const replies: Promise<Reply>[] = [];
    for (const request of requests) {
      replies.push(request());
      expect(await within(20_000, async () => (await waiting()) === replies.length)).toBe(true);
    }
    await holder.query('commit');
    return await Promise.all(replies);
  } finally {
    await holder.end();
  }
}
async function waiting(): Promise<number> {
  const [row] = await shop.database.query<{ count: number }>(
    "select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return row?.count ?? 0;
}

/** Hashes the account's password anew at a cost of long ago, so that the next sign-in hashes it again. */
async function outdateHash(userId: string): Promise<void> {
  const salt = randomBytes(16);
  const cost = { memory: 64, passes: 1, parallelism: 1, tagLength: 32 };
  const key = argon2Sync('argon2id', { message: Buffer.from(oldPassword), nonce: salt, ...cost });
  const [plainSalt, plainKey] = [salt, key].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  await shop.database.query('update users set password_hash = $2 where id = $1', [
    userId,
    `$argon2id$v=19$m=64,t=1,p=1$${plainSalt}$${plainKey}`,
  ]);
}

/** The sessions of an account that could still be used. */
const live = async (userId: string) =>
  (await shop.database.query('select id from refresh_tokens where user_id = $1 and revoked_at is null', [userId])).length;

describe('while a password changes', () => {
  it('a sign-in with the old one that comes first has its session ended', async () => {
    const { id, login, change } = await registered();
    const [signedIn, changed] = await inOrder(id, login, change);
    expect([signedIn?.status, changed?.status]).toEqual([200, 200]);
    expect((await refresh(cookieOf(signedIn as Reply))).status).toBe(401);
    expect((await refresh(cookieOf(changed as Reply))).status).toBe(200);
  });

  it('a sign-in with the old one that comes second gets no session', async () => {
    const { id, login, change } = await registered();
    const [changed, signedIn] = await inOrder(id, change, login);
    expect([changed?.status, signedIn?.status]).toEqual([200, 401]);
    expect(await live(id)).toBe(1);
  });

  it('a sign-in that hashes the old one anew does not bring it back', async () => {
    const { id, login, change } = await registered();
    await outdateHash(id);
    const [changed, signedIn] = await inOrder(id, change, login);
    expect([changed?.status, signedIn?.status]).toEqual([200, 401]);
    expect([(await login(oldPassword)).status, (await login(newPassword)).status]).toEqual([401, 200]);
  });

  it('a change of a password that is being hashed anew takes place all the same', async () => {
    const { id, login, change } = await registered();
    await outdateHash(id);
    const [signedIn, changed] = await inOrder(id, login, change);
    expect([signedIn?.status, changed?.status]).toEqual([200, 200]);
    expect((await refresh(cookieOf(signedIn as Reply))).status).toBe(401);
    expect([(await login(oldPassword)).status, (await login(newPassword)).status]).toEqual([401, 200]);
  });

  it.each([
    ['first', 200],
    ['second', 401],
  ] as const)('a refresh that comes %s leaves no session of the old one', async (place, status) => {
    const { id, cookie, change } = await registered();
    const both = place === 'first' ? [() => refresh(cookie), change] : [change, () => refresh(cookie)];
    const replies = await inOrder(id, ...both);
    expect(replies[place === 'first' ? 0 : 1]?.status).toBe(status);
    expect(await live(id)).toBe(1);
  });

  it('another change waits, and finds its current password wrong', async () => {
    const { id, login, change } = await registered();
    const [one, other] = await inOrder(
      id,
      () => change('the first new password'),
      () => change('the second new password'),
    );
    expect(one?.status).toBe(200);
    expect(other?.body).toMatchObject({ status: 403, code: 'wrong-password' });
    expect((await login('the second new password')).status).toBe(401);
    expect((await login('the first new password')).status).toBe(200);
  });

  it('of many changes, sign-ins and refreshes at once one change wins, and its session alone is left', async () => {
    const { id, cookie, login, change } = await registered();
    const changes = Promise.all(Array.from({ length: 6 }, (_, i) => change(`new password number ${i}`)));
    const others = Promise.all([...Array.from({ length: 6 }, () => login()), ...Array.from({ length: 6 }, () => refresh(cookie))]);
    const statuses = (await changes).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([200, 403, 403, 403, 403, 403]);
    for (const { status } of await others) expect([200, 401]).toContain(status);
    expect(await live(id)).toBe(1);
    expect((await login(`new password number ${statuses.indexOf(200)}`)).status).toBe(200);
  });
});

describe('at the same moment', () => {
  it('sign-ins that all hash the password anew all succeed', async () => {
    const { id, login } = await registered();
    await outdateHash(id);
    expect((await Promise.all(Array.from({ length: 5 }, () => login()))).map(({ status }) => status)).toEqual(Array(5).fill(200));
  });

  it.each(['refresh first', 'sign-out first'])('a refresh and a sign-out leave no session (%s)', async (order) => {
    const { id, cookie } = await registered();
    const both = [() => refresh(cookie), () => logout(cookie)];
    await inOrder(id, ...(order === 'refresh first' ? both : both.toReversed()));
    expect(await live(id)).toBe(0);
  });

  it('a token that two hold is used once by each, and the session ends when both go on', async () => {
    const { id, cookie } = await registered();
    const [mine, stolen] = (await inOrder(
      id,
      () => refresh(cookie),
      () => refresh(cookie),
    ).then((replies) => replies.map(cookieOf))) as [string, string];
    const both = await inOrder(
      id,
      () => refresh(mine),
      () => refresh(stolen),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 401]);
    expect(await live(id)).toBe(0);
  });

  it('one address registers once', async () => {
    const person = { email: `racer${people++}@example.com`, password: oldPassword, name: 'Ada' };
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        shop.call('/api/auth/register', { body: i % 2 ? person : { ...person, email: person.email.toUpperCase() } }),
      ),
    );
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
  });
});

it('a session goes on when its first tokens are gone, and still ends as a whole when one was stolen', async () => {
  const { id, cookie } = await registered();
  const second = cookieOf(await refresh(cookie));
  const third = cookieOf(await refresh(second));
  const [first] = await shop.database.query<{ id: string }>(
    'delete from refresh_tokens where id = (select family_id from refresh_tokens where user_id = $1 limit 1) returning id',
    [id],
  );
  expect(first).toBeDefined();
  const [mine, stolen] = (
    await inOrder(
      id,
      () => refresh(third),
      () => refresh(third),
    )
  ).map(cookieOf) as [string, string];
  const used = await refresh(mine);
  expect(used.status).toBe(200);
  expect((await refresh(stolen)).status).toBe(401);
  expect(await live(id)).toBe(0);
});
