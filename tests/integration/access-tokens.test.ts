import { createHmac, generateKeyPairSync } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeAccessTokenKeys } from '#platform/auth/access-token-keys.ts';
import { type Shop, startShop } from '#tests/support/shop.ts';
import { unitVariables } from '#tests/support/variables.ts';
import { demoUserId } from '../../db/seed/ids.ts';

const older = makeAccessTokenKeys();
const newer = makeAccessTokenKeys(older.ACCESS_TOKEN_PUBLIC_KEYS);
const unknown = makeAccessTokenKeys();
const key = (keys: typeof newer) => JSON.parse(keys.ACCESS_TOKEN_SIGNING_KEY);

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ ...newer });
});
afterAll(() => shop.end());

interface Wish {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  jwk?: Record<string, unknown>;
  endsIn?: number;
}

async function token({ claims = {}, header = {}, jwk = key(newer), endsIn = 900 }: Wish = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { sub: demoUserId, role: 'shopper', iss: 'kelvo-local', aud: 'kelvo-api', iat: now - 1000, exp: now + endsIn, ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid as string, ...header })
    .sign(await importJWK(jwk, 'ES256'));
}
const statusWith = async (bearer: string) =>
  (await shop.call('/api/auth/profile', { headers: { authorization: `Bearer ${bearer}` } })).status;
const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('takes a token signed with the present key, and one signed with the last', async () => {
  expect([await statusWith(await token()), await statusWith(await token({ jwk: key(older) }))]).toEqual([200, 200]);
});

const publicPem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const parts = async () => (await token()).split('.') as [string, string, string];
const bad: Record<string, () => Promise<string>> = {
  'over by a second': () => token({ endsIn: -1 }),
  'of a foreign key under our kid': () => token({ jwk: { ...key(unknown), kid: key(newer).kid } }),
  'of an unknown kid': () => token({ jwk: key(unknown) }),
  'without a kid': () => token({ header: { kid: undefined } }),
  'with alg none': async () => `${b64({ alg: 'none', typ: 'at+jwt', kid: key(newer).kid })}.${(await parts())[1]}.`,
  'with HS256 over the public key': async () => {
    const head = `${b64({ alg: 'HS256', typ: 'at+jwt', kid: key(newer).kid })}.${(await parts())[1]}`;
    return `${head}.${createHmac('sha256', publicPem).update(head).digest('base64url')}`;
  },
  'with HS256 over the key set': async () => {
    const head = `${b64({ alg: 'HS256', typ: 'at+jwt', kid: key(newer).kid })}.${(await parts())[1]}`;
    return `${head}.${createHmac('sha256', newer.ACCESS_TOKEN_PUBLIC_KEYS).update(head).digest('base64url')}`;
  },
  'for another audience': () => token({ claims: { aud: 'someone-else' } }),
  'of another issuer': () => token({ claims: { iss: 'kelvo-prod' } }),
  'of another type': () => token({ header: { typ: 'JWT' } }),
  'without a subject': () => token({ claims: { sub: undefined } }),
  'without an end': () => token({ claims: { exp: undefined } }),
  'with a role that there is not': () => token({ claims: { role: 'superuser' } }),
  'with a tampered payload': async () => {
    const [head, body, signature] = await parts();
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    return `${head}.${b64({ ...claims, role: 'admin' })}.${signature}`;
  },
  'with a cut signature': async () => (await token()).slice(0, -4),
  'with an embedded key': async () => {
    const { d: _, ...jwk } = key(unknown);
    return token({ jwk: key(unknown), header: { jwk, kid: key(newer).kid } });
  },
  'that is no token': async () => 'x.y.z',
  'that is empty': async () => '',
};

it.each(Object.keys(bad))('refuses a token %s with 401', async (name) => {
  expect(await statusWith(await (bad[name] as () => Promise<string>)())).toBe(401);
});

it('refuses a bad token also where none is needed, so that nobody buys as a guest unawares', async () => {
  const reply = await shop.call('/api/cart/0123456789abcdef', { headers: { authorization: `Bearer ${await token({ endsIn: -1 })}` } });
  expect(reply.body).toMatchObject({ status: 401, code: 'unauthenticated' });
  expect(reply.headers.get('www-authenticate')).toContain('Bearer');
});

it('signs with the newest key', async () => {
  const { body } = await shop.call('/api/auth/login', { body: { email: 'demo@rumshop.com', password: 'password123' } });
  const head = JSON.parse(Buffer.from(body.accessToken.split('.')[0], 'base64url').toString());
  expect(head).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: key(newer).kid });
  expect(unitVariables.ACCESS_TOKEN_PUBLIC_KEYS).not.toContain(head.kid);
});
