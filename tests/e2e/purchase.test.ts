import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { guest } from '#tests/support/shop.ts';
import {
  addToCart,
  arriveAtPayment,
  button,
  cartButton,
  fillAddress,
  heading,
  payWith,
  placeOrder,
  seeStatus,
  useShop,
} from './support.ts';

describe('a guest', () => {
  const kelvo = useShop(undefined, { pumps: true });

  test('buys from the start page to the paid order', async () => {
    const page = await kelvo.shopper();
    const elsewhere: string[] = [];
    page.on('request', (request) => !request.url().startsWith(kelvo.shop.url) && elsewhere.push(request.url()));
    await page.goto('/');
    await page.getByRole('link', { name: /^Kitchen/ }).click();
    await heading(page, 'Kitchen').waitFor();
    await page.getByRole('link', { name: 'Quarry Stoneware Mug' }).click();
    await heading(page, 'Quarry Stoneware Mug').waitFor();
    await expect.poll(() => page.title()).toBe('Quarry Stoneware Mug – Kelvo');
    await button(page, 'One more Quarry').click();
    await button(page, 'Add to cart').click();
    await button(page, 'View cart').click();
    const cart = page.getByRole('dialog', { name: 'Your cart' });
    await cart.getByText('$32.00').first().waitFor();
    await cart.getByRole('link', { name: 'Checkout' }).click();
    await fillAddress(page);
    await page.getByRole('radio', { name: /Express/ }).check();
    const total = await page.getByRole('definition').last().textContent();
    await button(page, 'Place order').click();
    await arriveAtPayment(page);
    await expect.poll(() => page.title()).toMatch(/^Pay order K-/);
    expect(await button(page, /^Pay \$/).textContent()).toBe(`Pay ${total}`);
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    await page.getByText('12 St James Square').waitFor();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart');

    const number = await page.getByRole('heading', { level: 1 }).textContent();
    await page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
    await page.getByRole('link', { name: number ?? '' }).waitFor();
    const [order] = await kelvo.orders();
    expect(order?.status).toBe('paid');
    // Nothing was asked of another host, Stripe's least of all: this shop is paid by the mock provider.
    expect(elsewhere).toEqual([]);
  });

  test('pays with another card after a declined one', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await placeOrder(page);
    await payWith(page, 'Declined card');
    await page.getByRole('alert').getByText('The card was declined').waitFor();
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
  });

  test('confirms with the bank when the card asks for it', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await placeOrder(page);
    await payWith(page, '3-D Secure card');
    const dialog = page.getByRole('dialog', { name: 'Your bank asks you to confirm' });
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await button(page, 'Confirm with your bank').click();
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await seeStatus(page, 'Paid');
  });

  test('asks nobody to pay again, or to cancel, while the money is under way', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    const id = await placeOrder(page);
    await payWith(page, 'US bank account');
    await page.getByRole('main').getByRole('status').filter({ hasText: 'Your payment is on its way' }).waitFor();
    expect(await page.getByRole('link', { name: 'Continue to payment' }).count()).toBe(0);
    expect(await button(page, 'Cancel order').count()).toBe(0);
    await page.goto(`/orders/${id}/pay`);
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
    await page.goto('/orders');
    await page.getByText('Awaiting payment').waitFor();
    expect(await page.getByRole('link', { name: 'Pay' }).count()).toBe(0);
  });

  test('orders and pays once, however often the buttons are clicked', async () => {
    const before = (await kelvo.orders()).length;
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await page.goto('/checkout');
    await fillAddress(page);
    await button(page, 'Place order').click({ clickCount: 3 });
    const id = await arriveAtPayment(page);
    await button(page, /^Pay \$/).click({ clickCount: 3 });
    await seeStatus(page, 'Paid');
    expect(await kelvo.orders()).toHaveLength(before + 1);
    expect(await kelvo.shop.database.query('select 1 from payments where order_id = $1', [id])).toHaveLength(1);
  });

  test('cancels an order that is not shipped', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    const id = await placeOrder(page);
    await page.goto(`/orders/${id}`);
    await button(page, 'Cancel order').click();
    await button(page, 'Yes, cancel it').click();
    await seeStatus(page, 'Cancelled');
    await expect.poll(() => button(page, 'Cancel order').count()).toBe(0);
  });

  test('sees an order change without a reload', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    const id = await placeOrder(page);
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    await kelvo.shop.database.query(`update orders set status = 'packed' where id = $1`, [id]);
    await seeStatus(page, 'Packed');
  });

  /** Has somebody buy products, one of each. */
  async function bought(email: string, productIds: string[]): Promise<void> {
    const buyer = guest(kelvo.shop);
    const { body: order } = await buyer.order(
      productIds.map((productId) => ({ productId, quantity: 1 })),
      { email },
    );
    const { body: intent } = await buyer.intent(order);
    expect((await buyer.confirm(order, intent.id, 'pm_card_visa')).body.status).toBe('succeeded');
  }

  test('is shown what others bought with a product: on its page, with the cart and with the order', async () => {
    const [teapot, kite, bike, mug] = (await Promise.all(
      ['rosehip-teapot', 'skylark-kite', 'vela-city-bike', 'quarry-stoneware-mug'].map(kelvo.productId),
    )) as [string, string, string, string];
    for (let buyer = 0; buyer < 8; buyer += 1) await bought(`tea-${buyer}@example.com`, [teapot, kite]);
    for (let buyer = 0; buyer < 12; buyer += 1) await bought(`ride-${buyer}@example.com`, [bike, mug]);
    await kelvo.shop.pumps.settled();
    await kelvo.shop.gateway.invoke('RecommendationsTrainAffinities', { time: new Date().toISOString() });

    const page = await kelvo.shopper();
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname === '/api/recommendations') asked.push(search);
    });
    const why = (place: Locator) => place.getByRole('article').filter({ hasText: 'Skylark Kite' }).getByText('Often bought together');
    await page.goto(`/products/${teapot}`);
    const shelf = page.getByRole('region', { name: 'You might also like' });
    await why(shelf).waitFor();
    await shelf.getByRole('link', { name: 'More in Kitchen' }).waitFor();
    await button(page, 'Add to cart').click();
    await button(page, 'View cart').click();
    const cart = page.getByRole('dialog', { name: 'Your cart' });
    await why(cart).waitFor();
    await cart.getByRole('button', { name: 'Add Skylark Kite to cart' }).click();
    await cart.getByRole('status').getByText('Skylark Kite added to your cart').waitFor();
    await expect.poll(() => cart.getByRole('list', { name: 'Items in your cart' }).getByRole('listitem').count()).toBe(2);
    // Nothing that lies in the cart; and what was asked named the cart, not what lies in it.
    const offered = cart.getByRole('region', { name: 'Goes with your cart' }).getByRole('article');
    await expect.poll(() => offered.count()).toBe(2);
    expect(await offered.filter({ hasText: /Rosehip Teapot|Skylark Kite/ }).count()).toBe(0);
    expect(asked.filter((search) => search.includes('productId'))).toEqual([`?productId=${teapot}&limit=4&currency=USD`]);
    expect(asked.filter((search) => search.includes('sessionId')).length).toBeGreaterThan(0);

    await button(page, /^Remove Skylark Kite/).click();
    await expect.poll(() => cart.getByRole('list', { name: 'Items in your cart' }).getByRole('listitem').count()).toBe(1);
    const id = await placeOrder(page);
    await page.goto(`/orders/${id}`);
    const after = page.getByRole('region', { name: 'Goes with what you ordered' });
    await after.scrollIntoViewIfNeeded();
    await why(after).waitFor();
    await after.getByRole('button', { name: 'Add Skylark Kite to cart' }).click();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 1 item');
  });
});
