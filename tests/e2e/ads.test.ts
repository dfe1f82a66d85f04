/** An ad on a page: seen, counted, clicked, and left out where ads fail. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { heading, useShop } from './support.ts';

const kelvo = useShop();

const slot = (page: Page) => page.getByRole('complementary', { name: 'Sponsored' });
const link = (page: Page) => slot(page).getByRole('link');
/** What was counted of the ad of a category, of which the seed has one each. */
const figuresOf = async (category: string) => {
  const [row] = await kelvo.shop.database.query<{ impressions: number; clicks: number }>(
    `select coalesce(sum(f.impressions), 0)::integer as impressions, coalesce(sum(f.clicks), 0)::integer as clicks
       from ads a join categories c on c.id = a.category_id left join ad_figures f on f.ad_id = a.id where c.slug = $1`,
    [category],
  );
  return row;
};

describe('an ad', () => {
  test('is counted when it is on screen, and not before; a link by key, it counts once and leads to its target, and back to its page', async () => {
    const page = await kelvo.shopper();
    let beacons = 0;
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/beacon') beacons += 1;
    });
    await page.clock.install();
    await page.goto('/products?category=kitchen');
    await slot(page).getByText('Sunday is for pancakes').waitFor();
    await page.clock.runFor(5_000); // below the screen
    expect(beacons).toBe(0);
    await link(page).scrollIntoViewIfNeeded();
    await page.clock.runFor(5_000);
    await expect.poll(() => figuresOf('kitchen')).toEqual({ impressions: 1, clicks: 0 });
    const href = (await link(page).getAttribute('href')) ?? '';
    await link(page).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/products?category=kitchen&sort=popularity');
    await heading(page, 'Kitchen').waitFor();
    await page.goBack();
    await page.waitForURL('**/products?category=kitchen');
    await link(page).waitFor();
    await page.goto(href); // the same showing again, as by a double click or in a second tab
    await page.waitForURL('**/products?category=kitchen&sort=popularity');
    expect((await figuresOf('kitchen'))?.clicks).toBe(1);
  });

  test('that cannot be had leaves the page as it is, and a click that cannot be counted leads to the shop', async () => {
    const page = await kelvo.shopper();
    await page.route('**/api/ads/*/click', (route) => route.fulfill({ status: 503, headers: { 'retry-after': '2' }, body: '' }));
    await page.goto('/products?category=toys');
    await link(page).click();
    await page.waitForURL(/\/products$/);
    await heading(page, 'All products').waitFor();
    const asked = page.waitForResponse('**/api/ads?*');
    await page.route('**/api/ads?*', (route) => route.fulfill({ status: 503, headers: { 'retry-after': '2' }, body: '' }));
    await page.goto('/');
    expect((await asked).status()).toBe(503);
    await page.getByRole('region', { name: 'Popular right now' }).getByRole('article').first().waitFor();
    expect([await slot(page).count(), await page.getByRole('alert').count()]).toEqual([0, 0]);
  });
});
