import type { Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { accountButton, button, cartButton, chooseInMenu, heading, register, signIn, signInLink, useShop } from './support.ts';

describe('a session', () => {
  const kelvo = useShop();
  const refreshes = (request: Request) => request.url().endsWith('/api/auth/refresh');
  const cookieOf = async (page: Page) => {
    const [cookie] = await page.context().cookies(`${kelvo.shop.url}/api/auth/refresh`);
    return `${cookie?.name}=${cookie?.value}`;
  };
  /** Uses a refresh cookie as somebody else who got hold of it. */
  const use = (cookie: string) =>
    kelvo.shop.call('/api/auth/refresh', { method: 'POST', headers: { cookie, origin: kelvo.shop.url, 'sec-fetch-site': 'same-origin' } });

  test('outlives a reload, and asks for no refresh where nobody was signed in', async () => {
    const page = await kelvo.shopper();
    const asked: string[] = [];
    page.on('request', (request) => refreshes(request) && asked.push(request.url()));
    await page.goto('/orders');
    await signInLink(page).waitFor();
    expect(asked).toEqual([]);
    await signIn(page, 'shopper', '/account');
    for (const _ of [1, 2, 3]) {
      await page.reload();
      await heading(page, 'Your account').waitFor();
    }
    expect(asked).toHaveLength(3);
  });

  test('is the same in all tabs: they sign in and out in step, and share the cart', async () => {
    const page = await kelvo.shopper();
    await page.goto('/orders');
    const second = await page.context().newPage();
    await second.goto('/products');
    await signInLink(second).waitFor();
    await signIn(page, 'shopper');
    await accountButton(second).waitFor();
    const ids = () => Promise.all([page, second].map((tab) => tab.evaluate('localStorage.getItem("kelvo.cart")')));
    await expect.poll(async () => (await ids())[0]).toBeTruthy();
    await second.goto('/account');
    // A page that was not shown yet asks for a sign-in instead.
    await heading(second, 'Your account').waitFor();
    await chooseInMenu(page, 'Sign out');
    await signInLink(page).waitFor();
    await signInLink(second).waitFor();
    await heading(second, 'Popular right now').waitFor();
    expect(await ids()).toEqual([null, null]);
    await expect.poll(() => cartButton(second).getAttribute('aria-label')).toBe('Cart');
  });

  test('survives tabs that refresh at the same moment: one token after the other', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    const tabs = [page, ...(await Promise.all([1, 2].map(() => page.context().newPage())))];
    const underWay = new Set<Request>();
    page.context().on('request', (request) => refreshes(request) && underWay.add(request));
    page.context().on('requestfinished', (request) => underWay.delete(request));
    page.context().on('requestfailed', (request) => underWay.delete(request));
    for (const tab of tabs) {
      await tab.goto('/account');
      await heading(tab, 'Your account').waitFor();
      await expect.poll(() => underWay.size).toBe(0);
    }
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(tabs.map((tab) => tab.reload()));
      for (const tab of tabs) await heading(tab, 'Your account').waitFor();
      // A tab may show the session that another tab told it of while its own refresh is still on its way: a reload would lose that one.
      await expect.poll(() => underWay.size).toBe(0);
    }
    const tokens = await kelvo.shop.database.query<{ predecessor_id: string | null; revoked_at: string | null }>(
      'select predecessor_id, revoked_at from refresh_tokens where user_id = (select id from users where email = $1)',
      [email],
    );
    expect(tokens.length).toBeGreaterThan(4);
    expect(tokens.filter(({ revoked_at }) => revoked_at !== null)).toEqual([]);
    // No token was used twice, so none had to rely on the server's grace.
    expect(new Set(tokens.map(({ predecessor_id }) => predecessor_id)).size).toBe(tokens.length);
  });

  test('goes on by itself when the access token has ended', async () => {
    const page = await kelvo.shopper();
    await page.clock.install();
    await signIn(page, 'shopper', '/account');
    await heading(page, 'Your account').waitFor();
    await page.clock.fastForward('20:00');
    const refreshed = page.waitForRequest(refreshes);
    await page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
    await refreshed;
    await page.getByRole('list', { name: 'Orders' }).waitFor();
  });

  test('repeats a call once whose access token the server refused', async () => {
    const page = await kelvo.shopper();
    await signIn(page, 'shopper');
    const problem = {
      type: 'urn:kelvo:problem:unauthenticated',
      title: 'Unauthenticated',
      status: 401,
      detail: '',
      code: 'unauthenticated',
    };
    await page.route('**/api/auth/profile', (route) => route.fulfill({ status: 401, json: problem }), { times: 1 });
    const refreshed = page.waitForRequest(refreshes);
    await chooseInMenu(page, 'Your account');
    await refreshed;
    await page.getByRole('form', { name: 'Your details' }).waitFor();
  });

  test('whose refresh cookie was stolen ends for the thief and for the shopper, who is asked to sign in', async () => {
    const page = await kelvo.shopper();
    await signIn(page, 'shopper', '/account');
    await heading(page, 'Your account').waitFor();
    const stolen = await cookieOf(page);
    for (const _ of [1, 2]) {
      await page.reload();
      await heading(page, 'Your account').waitFor();
    }
    expect((await use(stolen)).body.code).toBe('session-ended');
    expect((await use(await cookieOf(page))).body.code).toBe('session-ended');
    await page.reload();
    await heading(page, 'Sign in').waitFor();
    await page.getByText('Your session has ended').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await signIn(page, 'shopper', '/account');
    await heading(page, 'Your account').waitFor();
  });

  test('that ends elsewhere leaves the shop usable: a guest goes on with a new cart', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    await kelvo.shop.database.query(
      'update refresh_tokens set revoked_at = now() where user_id = (select id from users where email = $1)',
      [email],
    );
    await page.goto('/products');
    await page.getByText('You have been signed out.').waitFor();
    await signInLink(page).waitFor();
    await page.getByRole('article').first().getByRole('button', { name: /^Add/ }).click();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 1 item');
    await button(page, 'Sign in').or(signInLink(page)).first().click();
    await heading(page, 'Sign in').waitFor();
  });

  test('is not ended by an outage, nor by a sign-out that did not arrive', async () => {
    const page = await kelvo.shopper();
    await signIn(page, 'shopper', '/account');
    // A page that asks the API for nothing else, so that nothing else has the session asked for again.
    await page.evaluate('localStorage.removeItem("kelvo.cart")');
    await page.route('**/api/auth/refresh', (route) => route.fulfill({ status: 503, body: 'Service Unavailable' }), { times: 2 });
    await page.reload();
    await heading(page, 'Your account').waitFor();
    await page.route('**/api/auth/logout', (route) => route.abort('connectionreset'), { times: 1 });
    await chooseInMenu(page, 'Sign out');
    await page.getByText('We could not sign you out.').waitFor();
    await accountButton(page).waitFor();
    await chooseInMenu(page, 'Sign out');
    await signInLink(page).waitFor();
  });
});
