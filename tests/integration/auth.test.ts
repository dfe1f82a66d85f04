import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userRegistered } from '#functions/auth/lib/contract.ts';
import { type Call, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ LOGIN_FAILURES_PER_ACCOUNT: '5', LOGIN_FAILURES_PER_ADDRESS: '60' });
});
afterAll(() => shop.end());

let people = 0;
const newPerson = () => ({ email: `person${people++}@example.com`, password: 'a good password', name: 'Grace Hopper' });
const sameOrigin = { 'sec-fetch-site': 'same-origin' };
const cookieOf = (reply: { headers: Headers }) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
const refresh = (cookie: string, headers: Record<string, string> = sameOrigin) =>
  shop.call('/api/auth/refresh', { method: 'POST', headers: { ...headers, cookie } });
const as = (session: { accessToken: string }, call: Call = {}): Call => ({
  ...call,
  headers: { ...call.headers, authorization: `Bearer ${session.accessToken}` },
});
/** Lets time pass for a session's tokens, as the database sees it. */
const age = (seconds: number) =>
  shop.database.query(
    `update refresh_tokens set used_at = used_at - make_interval(secs => $1), expires_at = expires_at - make_interval(secs => $1)`,
    [seconds],
  );

async function registered() {
  const person = newPerson();
  const reply = await shop.call('/api/auth/register', { body: person });
  return { person, session: reply.body, cookie: cookieOf(reply), reply };
}

describe('registering and signing in', () => {
  it('gives a session, and the refresh token only in a cookie that scripts and other sites cannot have', async () => {
    const { reply, person } = await registered();
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      user: { email: person.email, name: person.name, role: 'shopper' },
      tokenType: 'Bearer',
      expiresIn: 900,
    });
    const [cookie] = reply.headers.getSetCookie();
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/api/auth']) expect(cookie).toContain(attribute);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const [told] = await shop.database.query<{ data: unknown }>(
      "select event->'data' as data from outbox where type = 'user.registered.v1'",
    );
    expect(userRegistered.data.parse(told?.data)).toEqual({ userId: expect.any(String) });
    const profile = await shop.call('/api/auth/profile', as(reply.body));
    expect(profile.body).toEqual({ id: reply.body.user.id, email: person.email, name: person.name, role: 'shopper', phone: null });
  });

  it('keeps no password and no refresh token as it is', async () => {
    const { person, cookie } = await registered();
    const rows = await shop.database.query<{ all: string }>(
      'select row_to_json(u)::text as all from users u union all select row_to_json(r)::text from refresh_tokens r',
    );
    for (const { all } of rows) {
      expect(all).not.toContain(person.password);
      expect(all).not.toContain(cookie.split('=')[1]);
    }
    const [user] = await shop.database.query<{ password_hash: string }>('select password_hash from users where email = $1', [person.email]);
    expect(user?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('refuses an address that is taken, whatever its case, also when two come at once', async () => {
    const { person } = await registered();
    const again = await shop.call('/api/auth/register', { body: { ...person, email: person.email.toUpperCase() } });
    expect(again.body).toMatchObject({ status: 409, code: 'email-taken' });
    const twin = newPerson();
    const both = await Promise.all([1, 2].map(() => shop.call('/api/auth/register', { body: twin })));
    expect(both.map((reply) => reply.status).sort()).toEqual([201, 409]);
  });

  it('cannot be told a role, an id or anything else of its own', async () => {
    for (const extra of [{ role: 'admin' }, { id: '019aa047-0400-7cd6-bab8-94286263436c' }, { passwordHash: 'x' }]) {
      expect((await shop.call('/api/auth/register', { body: { ...newPerson(), ...extra } })).status).toBe(400);
    }
    const { session } = await registered();
    expect((await shop.call('/api/auth/profile', as(session, { method: 'PUT', body: { name: 'X', role: 'admin' } }))).status).toBe(400);
  });

  it('takes a password of 10 to 128 characters', async () => {
    const status = async (password: string) => (await shop.call('/api/auth/register', { body: { ...newPerson(), password } })).status;
    expect([await status('123456789'), await status('1234567890'), await status('x'.repeat(128)), await status('x'.repeat(129))]).toEqual([
      400, 201, 201, 400,
    ]);
  });

  it('says the same of a wrong password and of an account that is not', async () => {
    const { person } = await registered();
    const wrong = await shop.call('/api/auth/login', { body: { email: person.email, password: 'not the password' } });
    const unknown = await shop.call('/api/auth/login', { body: { email: 'nobody@example.com', password: 'not the password' } });
    const { traceId: _, ...said } = wrong.body;
    const { traceId: __, ...saidOfUnknown } = unknown.body;
    expect(said).toEqual(saidOfUnknown);
    expect(said).toMatchObject({ status: 401, code: 'wrong-credentials' });
  });

  it('hashes anew at sign-in what was hashed at lower cost', async () => {
    const { person } = await registered();
    const cheap = '$argon2id$v=19$m=64,t=1,p=1$';
    const { argon2Sync, randomBytes } = await import('node:crypto');
    const salt = randomBytes(16);
    const key = argon2Sync('argon2id', {
      message: Buffer.from(person.password),
      nonce: salt,
      memory: 64,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    });
    const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    await shop.database.query('update users set password_hash = $2 where email = $1', [
      person.email,
      `${cheap}${plain(salt)}$${plain(key)}`,
    ]);
    expect((await shop.call('/api/auth/login', { body: { email: person.email, password: person.password } })).status).toBe(200);
    const [user] = await shop.database.query<{ password_hash: string }>('select password_hash from users where email = $1', [person.email]);
    expect(user?.password_hash).toContain('$m=19456,t=2,p=1$');
  });

  it('stops guessing after a few attempts a minute, for accounts that exist and accounts that do not, also all at once', async () => {
    const { person } = await registered();
    for (const email of [person.email, 'no-such-person@example.com']) {
      const guesses = await Promise.all(
        Array.from({ length: 12 }, (_, i) => shop.call('/api/auth/login', { body: { email, password: `guess number ${i}` } })),
      );
      const statuses = guesses.map((reply) => reply.status);
      expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(7);
      expect(guesses.find((reply) => reply.status === 429)?.headers.get('retry-after')).toBe('60');
    }
    expect((await shop.call('/api/auth/login', { body: { email: person.email, password: person.password } })).status).toBe(429);
    await shop.database.query("update login_attempts set at = at - interval '61 seconds'");
    expect((await shop.call('/api/auth/login', { body: { email: person.email, password: person.password } })).status).toBe(200);
  });

  it('signing in rightly many times is no guessing', async () => {
    const { person } = await registered();
    for (let i = 0; i < 8; i++)
      expect((await shop.call('/api/auth/login', { body: { email: person.email, password: person.password } })).status).toBe(200);
  });
});

describe('refreshing', () => {
  it('changes the token with each use', async () => {
    const { cookie } = await registered();
    const first = await refresh(cookie);
    expect(first.status).toBe(200);
    expect(cookieOf(first)).not.toBe(cookie);
    expect((await refresh(cookieOf(first))).status).toBe(200);
  });

  it('lets two tabs refresh at once, or a reload that lost the answer', async () => {
    const { cookie } = await registered();
    const both = await Promise.all([refresh(cookie), refresh(cookie)]);
    expect(both.map((reply) => reply.status)).toEqual([200, 200]);
    const last = cookieOf(both[1] as { headers: Headers });
    expect((await refresh(last)).status).toBe(200);
  });

  it('ends the whole family when a used token comes again after its successor was used', async () => {
    const { cookie } = await registered();
    const second = cookieOf(await refresh(cookie));
    const third = cookieOf(await refresh(second));
    expect((await refresh(cookie)).body).toMatchObject({ status: 401, code: 'session-ended' });
    expect((await refresh(third)).body).toMatchObject({ status: 401, code: 'session-ended' });
  });

  it('ends the whole family when a used token comes again after its grace of 30 seconds', async () => {
    const { cookie } = await registered();
    const second = cookieOf(await refresh(cookie));
    await age(31);
    expect((await refresh(cookie)).status).toBe(401);
    expect((await refresh(second)).status).toBe(401);
  });

  it('ends the whole family when the thief holds a sibling of the token in use', async () => {
    const { cookie } = await registered();
    const [mine, stolen] = (await Promise.all([refresh(cookie), refresh(cookie)])).map(cookieOf) as [string, string];
    const next = cookieOf(await refresh(mine));
    expect((await refresh(stolen)).status).toBe(401);
    expect((await refresh(next)).status).toBe(401);
  });

  it('refuses tokens that are old, unknown, empty or missing, and takes the cookie back', async () => {
    const { cookie } = await registered();
    await age(31 * 24 * 3600);
    for (const bad of [cookie, 'kelvo_refresh=unknown', 'kelvo_refresh=', 'other=1', '']) {
      const reply = await refresh(bad);
      expect(reply.body).toMatchObject({ status: 401, code: 'session-ended' });
      expect(reply.headers.getSetCookie()[0]).toContain('Max-Age=0');
    }
  });

  it('is only for the shop itself: another origin, scheme or site is refused', async () => {
    const { cookie } = await registered();
    const host = new URL(shop.url).host;
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: `https://${host}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: shop.url },
    ] as Record<string, string>[]) {
      expect((await refresh(cookie, headers)).body).toMatchObject({ status: 403, code: 'foreign-origin' });
      const out = await shop.call('/api/auth/logout', { method: 'POST', headers: { ...headers, cookie } });
      expect(out.body).toMatchObject({ status: 403, code: 'foreign-origin' });
    }
    expect((await refresh(cookie, { origin: shop.url })).status).toBe(200);
  });
});

describe('ending sessions', () => {
  it('signing out ends the session on the server and in the browser', async () => {
    const { cookie } = await registered();
    const out = await shop.call('/api/auth/logout', { method: 'POST', headers: { ...sameOrigin, cookie } });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect((await refresh(cookie)).status).toBe(401);
  });

  it('a changed password ends every other session and begins a new one', async () => {
    const { person, session, cookie } = await registered();
    const other = await shop.call('/api/auth/login', { body: { email: person.email, password: person.password } });
    const change = (body: object) => shop.call('/api/auth/password', as(session, { method: 'PUT', body }));
    expect((await change({ currentPassword: 'not the password', newPassword: 'another password' })).body).toMatchObject({
      status: 403,
      code: 'wrong-password',
    });
    const changed = await change({ currentPassword: person.password, newPassword: 'another password' });
    expect(changed.status).toBe(200);
    expect((await refresh(cookie)).status).toBe(401);
    expect((await refresh(cookieOf(other))).status).toBe(401);
    expect((await refresh(cookieOf(changed))).status).toBe(200);
    const login = (password: string) => shop.call('/api/auth/login', { body: { email: person.email, password } });
    expect((await login(person.password)).status).toBe(401);
    expect((await login('another password')).status).toBe(200);
  });
});

describe("a shopper's own", () => {
  it('profile can be changed, and a phone number taken away', async () => {
    const { session } = await registered();
    const put = (body: object) => shop.call('/api/auth/profile', as(session, { method: 'PUT', body }));
    expect((await put({ name: 'Ada', phone: '+1 555 0100' })).body).toMatchObject({ name: 'Ada', phone: '+1 555 0100' });
    expect((await put({ name: 'Ada B.' })).body).toMatchObject({ name: 'Ada B.', phone: '+1 555 0100' });
    expect((await put({ name: 'Ada B.', phone: null })).body).toMatchObject({ phone: null });
  });

  it('account is found by its owner and by admins, and by nobody else', async () => {
    const [one, two] = [await registered(), await registered()];
    const admin = await shop.call('/api/auth/login', { body: { email: 'admin@rumshop.com', password: 'admin-password123' } });
    const read = (session: { accessToken: string }) => shop.call(`/api/users/${one.session.user.id}`, as(session));
    expect((await read(one.session)).body.email).toBe(one.person.email);
    expect((await read(admin.body)).body.email).toBe(one.person.email);
    expect((await read(two.session)).body).toMatchObject({ status: 404, code: 'user-not-found' });
  });

  it('cart takes in what the guest had, up to 99 a line, and the old id is dead', async () => {
    const { session } = await registered();
    const { items } = (await shop.call('/api/products?limit=2')).body;
    const add = async (productId: string, quantity: number, sessionId?: string) =>
      (await shop.call('/api/cart/add', { body: { productId, quantity, sessionId } })).body;
    const merge = (sessionId: string) => shop.call('/api/cart/merge', as(session, { body: { sessionId } }));
    const guest = await add(items[0].id, 60);
    const own = (await merge(guest.sessionId)).body;
    expect(own.sessionId).not.toBe(guest.sessionId);
    expect(own.items).toMatchObject([{ productId: items[0].id, quantity: 60 }]);
    expect((await merge(guest.sessionId)).body).toEqual(own);
    expect((await shop.call(`/api/cart/${guest.sessionId}`)).body.items).toEqual([]);
    const later = await add(items[0].id, 60);
    await add(items[1].id, 2, later.sessionId);
    const merged = (await merge(later.sessionId)).body;
    expect(merged.sessionId).toBe(own.sessionId);
    expect(merged.items.map((item: { quantity: number }) => item.quantity)).toEqual([99, 2]);
    expect((await merge(own.sessionId)).body).toEqual(merged);
    const thief = await registered();
    expect((await shop.call('/api/cart/merge', as(thief.session, { body: { sessionId: own.sessionId } }))).body.items).toEqual([]);
    expect((await shop.call(`/api/cart/${own.sessionId}`)).body.itemCount).toBe(101);
  });
});
