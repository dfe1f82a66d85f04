import { describe, expect, test } from 'vitest';
import { addToCart, arriveAtPayment, button, cartButton, fillAddress, payWith, placeOrder, seeStatus, useShop } from './support.ts';

describe('nothing is lost', () => {
  const kelvo = useShop();

  test('by a reload at any step', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'), 2);
    await page.reload();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 2 items');

    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByRole('radio', { name: /Overnight/ }).check();
    await page.reload();
    await expect.poll(() => page.getByLabel('Street and number').inputValue()).toBe('12 St James Square');
    await expect.poll(() => page.getByRole('radio', { name: /Overnight/ }).isChecked()).toBe(true);

    await button(page, 'Place order').click();
    await arriveAtPayment(page);
    await page.reload();
    await payWith(page, 'Declined card');
    await page.getByText('The card was declined').waitFor();
    await page.reload();
    await page.getByText('The card was declined').waitFor();
    await payWith(page, '3-D Secure card');
    const dialog = page.getByRole('dialog', { name: 'Your bank asks you to confirm' });
    await dialog.waitFor();
    await page.reload();
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await seeStatus(page, 'Paid');
    await page.reload();
    await seeStatus(page, 'Paid');
  });

  test('by a read of the cart that began before a change and is answered after it', async () => {
    const page = await kelvo.shopper();
    await page.goto(`/products/${await kelvo.productId('skylark-kite')}`);
    const added = page.waitForResponse((response) => new URL(response.url()).pathname === '/api/cart/add');
    let late: Promise<void> | undefined;
    await page.route('**/api/cart/*', async (route) => {
      if (route.request().method() !== 'GET' || late) return route.fallback();
      const before = await route.fetch();
      late = added.then(async () => {
        await page.getByText('added to your cart').waitFor();
        await route.fulfill({ response: before }).catch(() => undefined); // the page may have ended the call
      });
    });
    await page.route('**/api/cart/add?*', async (route) => {
      await expect.poll(() => late !== undefined).toBe(true);
      await route.fallback();
    });
    await button(page, 'Add to cart').click();
    await expect.poll(() => late !== undefined).toBe(true);
    await late;
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 0))'); // what the answer changed is shown by now
    expect(await cartButton(page).getAttribute('aria-label')).toBe('Cart, 1 item');
  });

  test('by leaving before payment: the checkout leads back to it', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    const id = await placeOrder(page);
    await page.goto('/checkout');
    await page.getByText('waits for your payment').waitFor();
    await page.getByRole('link', { name: 'Continue to payment' }).click();
    expect(await arriveAtPayment(page)).toBe(id);
  });

  test('by an answer that never came: the checkout finds the order that was placed', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await fillAddress(page);
    const before = (await kelvo.orders()).length;
    await page.route('**/api/orders', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await button(page, 'Place order').click();
    await expect.poll(async () => (await kelvo.orders()).length).toBe(before + 1);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto('/checkout');
    const id = await arriveAtPayment(page);
    expect((await kelvo.orders()).at(-1)?.id).toBe(id);
    expect(await kelvo.orders()).toHaveLength(before + 1);
  });

  test('by a lost answer and a second click on the same button', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await fillAddress(page);
    const before = (await kelvo.orders()).length;
    await page.route(
      '**/api/orders',
      async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    await button(page, 'Place order').click();
    await page.getByText('Your order may not have arrived').waitFor();
    await button(page, 'Place order').click();
    await arriveAtPayment(page);
    expect(await kelvo.orders()).toHaveLength(before + 1);
  });

  test('by a second tab: both place the same cart, and it is one order', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await fillAddress(page);
    const second = await page.context().newPage();
    await second.goto('/checkout');
    await expect.poll(() => second.getByLabel('City').inputValue()).toBe('Springfield');
    await second.getByRole('radio', { name: /Standard/ }).waitFor();
    const before = (await kelvo.orders()).length;
    await button(page, 'Place order').click();
    const id = await arriveAtPayment(page);
    // The second tab hears of it by itself, and offers to pay that order.
    await second.getByText('waits for your payment').waitFor();
    await second.getByRole('link', { name: 'Continue to payment' }).click();
    expect(await arriveAtPayment(second)).toBe(id);
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    await seeStatus(second, 'Paid');
    expect(await kelvo.orders()).toHaveLength(before + 1);
  });

  test('by two tabs that place the same cart at the same moment: it is one order, and both can pay it', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await fillAddress(page);
    const second = await page.context().newPage();
    await second.goto('/checkout');
    await second.getByRole('radio', { name: /Standard/ }).waitFor();
    const before = (await kelvo.orders()).length;
    await Promise.all([page, second].map((tab) => button(tab, 'Place order').click()));
    for (const tab of [page, second]) {
      const link = tab.getByRole('link', { name: 'Continue to payment' });
      await link
        .or(button(tab, /^Pay \$/))
        .first()
        .waitFor();
      if (await link.isVisible()) await link.click();
      await arriveAtPayment(tab);
    }
    expect(second.url()).toBe(page.url());
    expect(await kelvo.orders()).toHaveLength(before + 1);
  });

  test('two tabs show the same cart', async () => {
    const page = await kelvo.shopper();
    await page.goto('/products');
    const second = await page.context().newPage();
    await second.goto('/');
    await addToCart(page, await kelvo.productId('skylark-kite'), 3);
    await expect.poll(() => cartButton(second).getAttribute('aria-label')).toBe('Cart, 3 items');
    await cartButton(second).click();
    await button(second, /^One less/).click();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 2 items');
    await button(second, /^Remove/).click();
    await second.getByText('Your cart is empty.').waitFor();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart');
  });
});
