import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { faultsOf } from './axe.ts';
import { button, chooseInMenu, heading, signIn, signInLink, useShop } from './support.ts';

const kelvo = useShop();

const box = (page: Page) => page.getByRole('combobox', { name: 'Search products' });
const options = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
/** The active option's text, as a screen reader finds it; null while the field itself is active. */
const active = (page: Page) =>
  box(page).evaluate((field) => {
    const id = field.getAttribute('aria-activedescendant');
    return id && (field.ownerDocument.getElementById(id)?.textContent ?? 'no such option');
  });

const wordsOf = (url: string) => new URL(url).searchParams.get('q') ?? '';
/** The texts that a page asks suggestions for, from now on. */
function questions(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => request.url().includes('/api/search/suggest') && asked.push(wordsOf(request.url())));
  return asked;
}

describe('the search box', () => {
  test('is used by keyboard alone, and tells a screen reader how much it offers', async () => {
    const page = await kelvo.shopper();
    await page.goto('/');
    await box(page).pressSequentially('wir');
    await expect.poll(() => options(page).count()).toBe(4);
    await page.getByRole('search').getByRole('status').filter({ hasText: '4 suggestions' }).waitFor();
    expect(await page.getByRole('group', { name: 'Products' }).getByRole('option').first().textContent()).toBe(
      'Nimbus Wireless Headphones$149.00',
    );
    expect([await box(page).getAttribute('aria-expanded'), await active(page)]).toEqual(['true', null]);
    for (const [key, option] of [
      ['ArrowDown', 'wireless'],
      ['End', expect.stringContaining('$')],
      ['ArrowDown', null],
      ['ArrowUp', expect.stringContaining('$')],
      ['Home', 'wireless'],
      ['ArrowLeft', null],
      ['ArrowDown', 'wireless'],
    ] as const) {
      await page.keyboard.press(key);
      expect([key, await active(page)]).toEqual([key, option]);
    }
    await page.keyboard.press('Escape');
    expect([await options(page).count(), await box(page).inputValue(), await box(page).getAttribute('aria-expanded')]).toEqual([
      0,
      'wir',
      'false',
    ]);
    await page.keyboard.press('ArrowDown');
    expect(await active(page)).toBe('wireless');
    await page.keyboard.press('Tab');
    expect(await options(page).count()).toBe(0);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await box(page).inputValue()).toBe('');
    await box(page).pressSequentially('wir');
    await options(page).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await heading(page, 'Results for “wireless”').waitFor();
    expect([await box(page).inputValue(), await options(page).count()]).toEqual(['wireless', 0]);
  });

  test('leads to a product by touch and to a category by pointer, and closes when one goes elsewhere', async () => {
    const page = await kelvo.shopper({ hasTouch: true, viewport: { width: 390, height: 844 } });
    await page.goto('/');
    await box(page).pressSequentially('rosehi');
    await options(page).filter({ hasText: 'Rosehip Teapot' }).tap();
    await heading(page, 'Rosehip Teapot').waitFor();
    expect(await box(page).inputValue()).toBe('');
    await box(page).pressSequentially('kitch');
    await options(page).first().waitFor();
    await page.getByRole('main').focus();
    expect(await options(page).count()).toBe(0);
    await box(page).click();
    await page.getByRole('group', { name: 'Categories' }).getByRole('option', { name: 'Kitchen' }).click();
    await heading(page, 'Kitchen').waitFor();
  });

  test('asks when one pauses, and not at every key', async () => {
    const page = await kelvo.shopper();
    const asked = questions(page);
    await page.clock.install();
    await page.goto('/');
    await box(page).waitFor();
    await page.clock.pauseAt(Date.now() + 60_000);
    for (const more of ['te', 'ap', 'ot']) {
      await box(page).pressSequentially(more);
      await page.clock.runFor(more === 'ot' ? 150 : 149);
    }
    await page.clock.resume();
    await options(page).first().waitFor();
    expect(asked).toEqual(['teapot']);
  });

  test('shows at once what it has been told before, and never what was asked for another text', async () => {
    const page = await kelvo.shopper();
    const asked = questions(page);
    const cancelled: string[] = [];
    page.on('requestfailed', (request) => cancelled.push(wordsOf(request.url())));
    await page.goto('/');
    await box(page).fill('mug');
    await options(page).first().waitFor();
    const held = Promise.withResolvers<void>();
    await page.route('**/api/search/suggest?q=tea&**', async (route) => {
      await held.promise;
      await route.continue().catch(() => undefined); // it was cancelled
    });
    await box(page).fill('tea');
    expect(await options(page).count()).toBe(0); // nothing of "mug" is left
    await expect.poll(() => asked).toEqual(['mug', 'tea']);
    await box(page).fill('mug');
    expect(await options(page).filter({ hasText: 'Quarry Stoneware Mug' }).count()).toBe(1); // kept, and so not asked for again
    await expect.poll(() => cancelled).toEqual(['tea']);
    held.resolve();
    expect(asked).toEqual(['mug', 'tea']);
  });

  test('searches without suggestions where they cannot be had', async () => {
    const page = await kelvo.shopper();
    await page.goto('/search?q=teapot'); // the page's own files are here
    await page.getByRole('article').first().waitFor();
    await page.context().setOffline(true);
    const failed = page.waitForEvent('requestfailed');
    await box(page).fill('kite');
    await failed;
    expect(await options(page).count()).toBe(0);
    await page.keyboard.press('Enter');
    await heading(page, 'Results for “kite”').waitFor();
    await button(page, 'Try again').waitFor();
    await page.context().setOffline(false);
    await button(page, 'Try again').click();
    await page.getByRole('article').filter({ hasText: 'Skylark Kite' }).waitFor();
  });

  test('offers the last searches to who made them, until they are forgotten', async () => {
    const page = await kelvo.shopper();
    const search = async (words: string) => {
      await box(page).fill(words);
      await page.keyboard.press('Enter');
      await heading(page, `Results for “${words}”`).waitFor();
    };
    const recent = async () => {
      await box(page).fill('');
      await box(page).click();
      return options(page).allTextContents();
    };
    await page.goto('/');
    await search('teapot');
    await search('kite');
    expect(await recent()).toEqual(['kite', 'teapot', 'Forget recent searches']);
    await options(page).filter({ hasText: 'teapot' }).click();
    await heading(page, 'Results for “teapot”').waitFor();
    await signIn(page, 'shopper');
    expect(await recent()).toEqual([]);
    await search('sofa');
    expect(await recent()).toEqual(['sofa', 'Forget recent searches']);
    await chooseInMenu(page, 'Sign out');
    await signInLink(page).waitFor();
    expect(await recent()).toEqual(['teapot', 'kite', 'Forget recent searches']);
    expect(await page.evaluate(`JSON.stringify({ ...localStorage })`)).not.toContain('sofa');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await recent()).toEqual([]);
  });
});

describe('what a search found', () => {
  test('is narrowed by what there is of it, and each of that is taken away again', async () => {
    const page = await kelvo.shopper();
    await kelvo.change('keystone-wireless-keyboard', 'stock', 0);
    await page.goto('/search?q=wireless');
    const found = () => page.getByRole('article').getByRole('heading').allInnerTexts();
    await expect.poll(found).toHaveLength(3);
    await page.getByRole('main').getByText('3 products', { exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Electronics 3' }).click();
    await page.getByRole('checkbox', { name: 'In stock only 2' }).check();
    await expect.poll(found).toHaveLength(2);
    await page.getByRole('navigation', { name: 'Tags' }).getByRole('link', { name: 'noise cancelling 1' }).click();
    await expect.poll(found).toEqual(['Nimbus Wireless Headphones']);
    await page.getByLabel('Max price').fill('200');
    await button(page, 'Apply').click();
    const set = page.getByRole('list', { name: 'Filters in use' }).getByRole('link');
    await expect.poll(() => set.allInnerTexts()).toEqual(['Electronics', 'noise cancelling', 'In stock', 'up to $200.00', 'Clear all']);
    expect(new URL(page.url()).search).toBe('?q=wireless&category=electronics&inStock=true&tag=noise-cancelling&max=200');
    await page.reload();
    await expect.poll(found).toEqual(['Nimbus Wireless Headphones']);
    await page.getByRole('link', { name: 'Remove filter: noise cancelling' }).click();
    await expect.poll(found).toHaveLength(2);
    await page.getByRole('link', { name: 'Clear all' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?q=wireless');
    await expect.poll(found).toHaveLength(3);
  });

  test('of mended words is said to be that, and the words as typed are searched for on demand', async () => {
    const page = await kelvo.shopper();
    await page.goto('/search?q=hedphones');
    await page.getByText('Showing results for “headphones”.').waitFor();
    await page.getByRole('article').filter({ hasText: 'Nimbus Wireless Headphones' }).waitFor();
    await page.getByRole('link', { name: 'Search for exactly “hedphones”' }).click();
    await heading(page, 'Nothing found').waitFor();
    await page.getByRole('link', { name: 'Remove filter: Exactly these words' }).click();
    await page.getByText('Showing results for “headphones”.').waitFor();
  });

  test('is nothing: there are other ways on', async () => {
    const page = await kelvo.shopper();
    await page.goto('/search?q=xyzzyplugh');
    await heading(page, 'Nothing found').waitFor();
    await page.getByRole('region', { name: 'Popular right now' }).getByRole('article').first().waitFor();
    await page.getByRole('navigation', { name: 'All categories' }).getByRole('link', { name: 'Kitchen' }).click();
    await heading(page, 'Kitchen').waitFor();
    await page.goto('/search?q=wireless&max=1');
    await heading(page, 'Nothing left with these filters').waitFor();
  });
});

test.each([390, 1280])('at %i pixels axe finds nothing wrong with the search box, what is found and what is not', async (width) => {
  const page = await kelvo.shopper({ viewport: { width, height: 900 } });
  await page.goto('/search?q=wireless&inStock=true');
  await page.getByRole('article').first().waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await box(page).fill('kitch');
  await options(page).first().waitFor();
  await page.keyboard.press('ArrowDown');
  expect(await faultsOf(page)).toEqual([]);
  await page.goto('/search?q=xyzzyplugh');
  await page.getByRole('article').first().waitFor();
  expect(await faultsOf(page)).toEqual([]);
});
