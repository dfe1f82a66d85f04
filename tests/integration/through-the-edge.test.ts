/** A shop behind CloudFront: its functions answer nobody who comes past it, and know who comes through it. */
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRoutes } from '#functions/ops/lib/all-routes.ts';
import { type Call, type Shop, startShop } from '#tests/support/shop.ts';

const [secret, next] = ['told-by-cloudfront', 'told by a new configuration of it'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ ORIGIN_SECRET_SHA256: `${sha256(next)},${sha256(secret)}` });
});
afterAll(() => shop.end());

it('refuses a route of every domain, health, webhooks and unknown paths without the secret or with a wrong one', async () => {
  // Every handler is made by route() or fallback() (tests/architecture/functions.test.ts): loading all of them here would take seconds.
  const ofEachDomain = new Map(allRoutes.map((route) => [route.path.split('/')[2], route])).values();
  const paths = [
    ...ofEachDomain,
    ...allRoutes.filter(({ auth }) => auth === 'webhook'),
    { method: 'GET', path: '/api/nothing' },
    { method: 'PATCH', path: '/api/health' },
  ];
  const calls = paths.map(async ({ method, path }) => {
    const filled = path.replaceAll(/\{\w+\}/g, () => randomUUID());
    const headers: Call['headers'] = method === 'GET' ? {} : { 'x-origin-secret': 'guessed', 'x-viewer-address': '198.51.100.1' };
    const { status, body } = await shop.call(filled, { method, headers });
    return [`${method} ${path}`, status, body.code];
  });
  expect(await Promise.all(calls)).toEqual(paths.map(({ method, path }) => [`${method} ${path}`, 403, 'edge-required']));
});

it.each([secret, next])('answers whoever comes with the secret that it knows, also with the one that replaces it', async (value) => {
  const headers = { 'x-origin-secret': value, 'x-viewer-address': '198.51.100.1' };
  expect((await shop.call('/api/health', { headers })).status).toBe(200);
  expect((await shop.call('/api/nothing', { headers })).body).toMatchObject({ status: 404, code: 'route-not-found' });
});

it("takes the viewer's host for the shop's own, since CloudFront calls API Gateway by another one", async () => {
  const edge = { 'x-origin-secret': secret, 'x-viewer-address': '198.51.100.1', 'x-viewer-host': 'shop.example' };
  const logout = async (origin: string) => (await shop.call('/api/auth/logout', { method: 'POST', headers: { ...edge, origin } })).status;
  expect(await logout('http://shop.example')).toBe(204);
  expect(await logout('http://evil.example')).toBe(403);
  expect(await logout(shop.url)).toBe(403);
});
