/** The shop's own count of product pages seen, by beacons that the browser sends. A product a test: what an earlier page still sends is another's. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { heading, userAgent, useShop } from './support.ts';

const kelvo = useShop();

const viewsOf = async (slug: string) => {
  const [row] = await kelvo.shop.database.query<{ views: number }>(
    'select coalesce(sum(views), 0)::integer as views from product_views where product_id = $1',
    [await kelvo.productId(slug)],
  );
  return row?.views;
};
/** Counts the beacons that the page's browser sends. */
const beaconsOf = (page: Page) => {
  const beacons = { sent: 0 };
  page.context().on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/beacon') beacons.sent += 1;
  });
  return beacons;
};
const open = async (page: Page, slug: string) => {
  await page.goto(`/products/${await kelvo.productId(slug)}`);
  await page.getByRole('button', { name: 'Add to cart' }).waitFor();
};

describe('a product’s page', () => {
  test('counts one view when it is shown, and another when it is loaded again', async () => {
    const page = await kelvo.shopper();
    await open(page, 'rosehip-teapot');
    await expect.poll(() => viewsOf('rosehip-teapot')).toBe(1);
    await page.reload();
    await expect.poll(() => viewsOf('rosehip-teapot')).toBe(2);
  });

  test('counts one view each time it is shown without a reload, however it changes meanwhile', async () => {
    const page = await kelvo.shopper();
    await page.route('**/api/ads?*', (route) => route.abort()); // one that is seen would be a beacon of its own
    const beacons = beaconsOf(page);
    await open(page, 'vela-city-bike');
    await page.getByRole('button', { name: /^One more/ }).click();
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByText('added to your cart').waitFor();
    await expect.poll(() => viewsOf('vela-city-bike')).toBe(1);
    await page.goto('/products?category=sports');
    await page.getByRole('article').getByRole('link', { name: 'Vela City Bike' }).first().click();
    await heading(page, 'Vela City Bike').waitFor();
    await expect.poll(() => viewsOf('vela-city-bike')).toBe(2);
    expect(beacons.sent).toBe(2);
  });

  test('that is left at once is counted as the browser leaves it', async () => {
    const page = await kelvo.shopper();
    await open(page, 'corso-sunglasses');
    await page.goto('about:blank');
    await expect.poll(() => viewsOf('corso-sunglasses')).toBe(1);
  });

  test('that nobody sees is not counted before somebody does', async () => {
    const page = await kelvo.shopper();
    await page.clock.install();
    await page.addInitScript(`
      let state = 'hidden';
      Object.defineProperty(document, 'visibilityState', { get: () => state });
      window.show = () => {
        state = 'visible';
        document.dispatchEvent(new Event('visibilitychange'));
      };
      window.sent = 0;
      const send = navigator.sendBeacon.bind(navigator);
      navigator.sendBeacon = (...all) => {
        window.sent += 1;
        return send(...all);
      };`);
    await open(page, 'regatta-watch');
    await page.clock.runFor(60_000);
    expect(await page.evaluate('sent')).toBe(0);
    await page.evaluate('show()');
    await page.clock.runFor(60_000);
    expect(await page.evaluate('sent')).toBe(1);
    await expect.poll(() => viewsOf('regatta-watch')).toBe(1);
  });

  test('works as ever where no beacon comes through', async () => {
    const page = await kelvo.shopper();
    await page.route('**/api/beacon', (route) => route.abort());
    await open(page, 'skylark-kite');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByText('added to your cart').waitFor();
  });

  test('counts for nothing when a robot reads it', async () => {
    const robot = await kelvo.shopper({ userAgent: userAgent.replace('Chrome', 'HeadlessChrome') });
    const answered = robot.waitForResponse('**/api/beacon');
    await open(robot, 'summit-skis');
    expect((await answered).status()).toBe(204);
    expect(await viewsOf('summit-skis')).toBe(0);
  });

  test('of no product sends nothing', async () => {
    const page = await kelvo.shopper();
    const beacons = beaconsOf(page);
    await page.goto('/products/019aa047-0400-71b0-837b-000000000000');
    await heading(page, 'Page not found').waitFor();
    await page.goto('about:blank');
    expect(beacons.sent).toBe(0);
  });
});
