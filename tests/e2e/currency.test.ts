import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { priceIn } from '#functions/currency/lib/convert.ts';
import type { Currency } from '#platform/money.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { formatMoney } from '../../web/lib/money.ts';
import { arriveAtPayment, button, cartButton, fillAddress, heading, seeStatus, useShop } from './support.ts';

const choose = (page: Page, currency: Currency) => page.getByRole('contentinfo').getByLabel('Currency').selectOption(currency);
const chosen = (page: Page) => page.getByRole('contentinfo').getByLabel('Currency').inputValue();
const mug = 1_600; // US cents
const shown = (cents: number, currency: Currency, pieces = 1) => {
  const { amount } = priceIn(cents, fixed(currency));
  return formatMoney({ amount: amount * pieces, currency });
};

describe('a currency', () => {
  const kelvo = useShop();

  test.each<[Currency, RegExp]>([
    ['EUR', /^Pay €[\d.]+$/],
    ['JPY', /^Pay ¥\d,\d{3}$/],
  ])('%s goes from the list over product, cart and checkout to the order, and stays chosen', async (currency, pay) => {
    const page = await kelvo.shopper();
    await page.goto('/products?category=kitchen&sort=price');
    const card = page.getByRole('article').filter({ hasText: 'Quarry Stoneware Mug' });
    await card.getByText('$16.00').waitFor();
    await choose(page, currency);
    await card.getByText(shown(mug, currency)).waitFor();
    await expect.poll(() => page.getByRole('main').getByText('$').count()).toBe(0); // CA$ and the like would be as wrong
    await card.getByRole('link').click();
    await heading(page, 'Quarry Stoneware Mug').waitFor();
    await page.getByText(shown(mug, currency), { exact: true }).first().waitFor();
    await page.reload();
    await page.getByText(shown(mug, currency), { exact: true }).first().waitFor();
    expect(await chosen(page)).toBe(currency);
    await button(page, 'One more Quarry').click();
    await button(page, 'Add to cart').click();
    await button(page, 'View cart').click();
    const cart = page.getByRole('dialog', { name: 'Your cart' });
    await cart
      .getByText(shown(mug, currency, 2))
      .first()
      .waitFor();
    await cart.getByRole('link', { name: 'Checkout' }).click();
    await fillAddress(page);
    const total = formatMoney({ currency, amount: 2 * priceIn(mug, fixed(currency)).amount + priceIn(549, fixed(currency)).amount });
    await expect.poll(() => page.getByRole('definition').last().textContent()).toBe(total);
    await button(page, 'Place order').click();
    await arriveAtPayment(page);
    await choose(page, 'USD'); // the order stays in its own
    expect(await button(page, pay).textContent()).toBe(`Pay ${total}`);
    await page.getByRole('radio', { name: /Visa/ }).check();
    await button(page, pay).click();
    await seeStatus(page, 'Paid');
    await page.getByText(total, { exact: true }).first().waitFor();
    const [order] = await kelvo.shop.database.query(
      'select currency, rate_micros::integer as rate from orders order by created_at desc limit 1',
    );
    expect(order).toEqual({ currency, rate: Number(fixed(currency).micros) });
  });

  test('is that of the region at first; each page asks for its prices once, and in no other', async () => {
    const page = await kelvo.shopper({ locale: 'ja-JP' });
    const asked: string[] = [];
    page.on('request', (request) => /\/api\/(products|search|cart|recommendations)/.test(request.url()) && asked.push(request.url()));
    for (const path of ['/', '/search?q=mug', `/products/${await kelvo.productId('rosehip-teapot')}`]) {
      asked.length = 0;
      await page.goto(path);
      await page.getByRole('main').getByText('¥').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((url) => new URL(url).searchParams.get('currency') !== 'JPY')).toEqual([]);
      expect(asked).toEqual([...new Set(asked)]);
    }
    expect(await chosen(page)).toBe('JPY');
  });

  test('bounds prices in it, and an address with those of another one shows the list without', async () => {
    const page = await kelvo.shopper();
    await page.goto('/products?category=kitchen&min=10&max=20');
    const items = page.getByRole('main').getByRole('article');
    await page.getByText('Quarry Stoneware Mug').waitFor();
    const inDollars = await items.count();
    await choose(page, 'JPY');
    await expect.poll(() => page.getByLabel('Max price (¥)').inputValue()).toBe('');
    await expect.poll(() => items.count()).toBeGreaterThan(inDollars);
    await page.getByLabel('Max price (¥)').fill('3,000');
    await button(page, 'Apply').click();
    await expect.poll(() => new URL(page.url()).search).toContain('max=3000&currency=JPY');
    await expect.poll(() => items.count()).toBeLessThan(5);
    await page.getByText(shown(mug, 'JPY')).waitFor();
    await page.getByLabel('Max price (¥)').fill('30.50');
    await button(page, 'Apply').click();
    await page.getByText('Please enter a price, like 1,299.').waitFor();
  });

  test('that is chosen in one tab is that of the others, cart included, by keyboard too', async () => {
    const page = await kelvo.shopper();
    await page.goto(`/products/${await kelvo.productId('quarry-stoneware-mug')}`);
    await button(page, 'Add to cart').click();
    await button(page, 'View cart').click();
    const cart = page.getByRole('dialog', { name: 'Your cart' });
    await cart.getByText('$16.00').first().waitFor();
    const other = await page.context().newPage();
    await other.goto('/orders');
    await other.getByRole('contentinfo').getByLabel('Currency').focus();
    await other.keyboard.press('E'); // EUR
    await cart.getByText(shown(mug, 'EUR')).first().waitFor();
    await expect.poll(() => cart.getByText('$').count()).toBe(0);
    await expect.poll(() => cartButton(other).getAttribute('aria-label')).toBe('Cart, 1 item');
    await cart.getByRole('button', { name: 'One more Quarry Stoneware Mug' }).click();
    await cart
      .getByText(shown(mug, 'EUR', 2))
      .first()
      .waitFor();
    await choose(other, 'USD');
    await cart.getByText('$32.00').first().waitFor();
  });
});
