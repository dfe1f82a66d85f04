import { describe, expect, test } from 'vitest';
import { guest } from '#tests/support/shop.ts';
import { pagePaths } from '../../web/app/page-paths.ts';
import { cartButton, heading, seeStatus, useShop } from './support.ts';

const kelvo = useShop();

describe('an address opened directly', () => {
  test('shows the same filtered and sorted list', async () => {
    const page = await kelvo.shopper();
    await page.goto('/products?category=kitchen&max=50&sort=-price');
    await heading(page, 'Kitchen').waitFor();
    await page.getByRole('article').first().waitFor();
    expect(await page.getByRole('article').getByRole('heading').allInnerTexts()).toEqual([
      'Everyday Iron Skillet',
      'Rosehip Teapot',
      'Quarry Stoneware Mug',
    ]);
    expect(await page.getByLabel('Max price').inputValue()).toBe('50');
  });

  test('shows as many pages as were loaded', async () => {
    const page = await kelvo.shopper();
    await page.goto('/products');
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.waitForURL(/pages=2/);
    const all = await kelvo.shop.database.query('select 1 from products');
    await expect.poll(() => page.getByRole('article').count()).toBe(Math.min(48, all.length));
    await page.reload();
    await expect.poll(() => page.getByRole('article').count()).toBe(Math.min(48, all.length));
  });

  test('has one first heading, and skips no level below it', async () => {
    const page = await kelvo.shopper();
    const product = `/products/${await kelvo.productId('rosehip-teapot')}`;
    for (const path of ['/', '/products', '/search?q=wireless', product]) {
      await page.goto(path);
      await page.getByRole('article').first().waitFor();
      const levels = await page.getByRole('heading').evaluateAll((all) => all.map(({ tagName }) => Number(tagName.slice(1))));
      const skipped = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
      expect({ path, first: levels.filter((level) => level === 1).length, skipped }).toEqual({ path, first: 1, skipped: [] });
    }
  });

  test('shows what a search finds, with the words marked', async () => {
    const page = await kelvo.shopper();
    await page.goto('/search?q=wireless');
    await heading(page, 'Results for “wireless”').waitFor();
    await page.getByRole('article').first().locator('mark', { hasText: 'Wireless' }).waitFor();
    await page
      .getByRole('link', { name: /^Electronics/ })
      .first()
      .waitFor();
  });

  test('of a product asks for recommendations once they are nearly on the screen, and keeps their room meanwhile', async () => {
    const page = await kelvo.shopper({ viewport: { width: 390, height: 500 } });
    const asked: string[] = [];
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/recommendations?*', async (route) => {
      asked.push(route.request().url());
      await held;
      await route.fallback();
    });
    await page.goto(`/products/${await kelvo.productId('rosehip-teapot')}`);
    const shelf = page.getByRole('region', { name: 'You might also like' });
    await shelf.getByText('Loading products').waitFor({ state: 'attached' });
    expect(asked).toEqual([]);
    await shelf.scrollIntoViewIfNeeded();
    await expect.poll(() => asked.length).toBe(1);
    const { height: room } = (await shelf.boundingBox()) ?? { height: 0 };
    answer();
    await shelf.getByRole('article').first().waitFor();
    expect((await shelf.boundingBox())?.height).toBe(room);
  });

  test('of a product that does not exist says so', async () => {
    const page = await kelvo.shopper();
    for (const path of ['/products/019aa047-0400-71b0-837b-000000000000', '/products/nonsense']) {
      expect((await page.goto(path))?.status()).toBe(200);
      await heading(page, 'Page not found').waitFor();
    }
  });

  test('of no page says so, with the status 404 and on this host', async () => {
    const page = await kelvo.shopper();
    for (const path of ['/no/such/page', '/products/a/b', '/assets/gone.js', '//evil.example/%2f..', '/%5cevil.example/%2f..']) {
      expect([path, (await page.goto(kelvo.shop.url + path))?.status()]).toEqual([path, 404]);
      await heading(page, 'Page not found').waitFor();
      expect(new URL(page.url()).origin).toBe(kelvo.shop.url);
    }
  });

  test('of every page answers 200 and shows that page', async () => {
    const page = await kelvo.shopper();
    for (const path of pagePaths) {
      expect([path, (await page.goto(path.replace(':id', 'nonsense')))?.status()]).toEqual([path, 200]);
      await page.getByRole('main').getByRole('heading').first().waitFor();
      if (!path.includes(':id')) expect([path, await heading(page, 'Page not found').count()]).toEqual([path, 0]);
    }
  });

  test("takes the token of a guest's order out of the link", async () => {
    const { body: order } = await guest(kelvo.shop).order([{ productId: await kelvo.productId('skylark-kite'), quantity: 1 }]);
    const page = await kelvo.shopper();
    await page.goto(`/orders/${order.id}`);
    await heading(page, 'Order not found').waitFor();
    await page.goto(`/orders/${order.id}#token=${order.accessToken}`);
    await seeStatus(page, 'Awaiting payment');
    expect(page.url()).not.toContain('token');
    await page.reload();
    await heading(page, `Order ${order.number}`).waitFor();
  });

  test('needs nothing that its content security policy refuses', async () => {
    const page = await kelvo.shopper();
    const refused: string[] = [];
    page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
    for (const path of ['/', '/products', `/products/${await kelvo.productId('skylark-kite')}`, '/checkout', '/orders']) {
      const answer = await page.goto(path);
      expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none'; /);
      await page.getByRole('main').getByRole('heading').first().waitFor();
    }
    expect(refused).toEqual([]);
  });

  test('a picture below /products is the picture, and no page', async () => {
    const page = await kelvo.shopper();
    const picture = page.waitForResponse((response) => response.url().endsWith('.webp'));
    await page.goto('/products');
    expect((await picture).headers()['content-type']).toBe('image/webp');
  });
});

describe('with the keyboard alone', () => {
  test('one skips to the content, and the cart gives the focus back', async () => {
    const page = await kelvo.shopper();
    await page.goto('/');
    await heading(page, 'Popular right now').waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    await cartButton(page).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Your cart' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Cart');
  });

  test('the focus moves to a new page', async () => {
    const page = await kelvo.shopper();
    await page.goto('/');
    await page.getByRole('banner').getByRole('link', { name: 'Shop' }).press('Enter');
    await heading(page, 'All products').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('main');
    await expect.poll(() => page.title()).toBe('All products – Kelvo');
  });
});
