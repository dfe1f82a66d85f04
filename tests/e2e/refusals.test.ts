import { describe, expect, test } from 'vitest';
import { addToCart, arriveAtPayment, button, cartButton, fillAddress, useShop } from './support.ts';

describe('a refusal', () => {
  const kelvo = useShop();

  test('for too little stock names the product, and the cart can be adjusted', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('stargazer-telescope'), 3);
    await page.goto('/checkout');
    await fillAddress(page);
    await kelvo.change('stargazer-telescope', 'stock', 1);
    await button(page, 'Place order').click();
    const alert = page.getByRole('alert').filter({ hasText: 'Not everything is in stock' });
    await alert.getByText('Stargazer 80 Telescope: only 1 left, you have 3 in your cart').waitFor();
    await alert.getByRole('button', { name: 'Adjust my cart' }).click();
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 1 item');
    await button(page, 'Place order').click();
    await arriveAtPayment(page);
  });

  test('for a product that sold out is shown in the cart before the checkout', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('petal-wall-mirror'));
    await kelvo.change('petal-wall-mirror', 'stock', 0);
    // What a cart says of the stock may be a few seconds old.
    const warnings = async () => {
      await page.goto('/');
      await cartButton(page).click();
      const cart = page.getByRole('dialog', { name: 'Your cart' });
      await cart.getByRole('listitem').waitFor();
      return cart.getByText('Not enough in stock').count();
    };
    await expect.poll(warnings, { interval: 500 }).toBe(1);
  });

  test('for a changed price shows the new total and asks', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('vela-city-bike'));
    await page.goto('/checkout');
    await fillAddress(page);
    await kelvo.change('vela-city-bike', 'price_amount', 54_900);
    await button(page, 'Place order').click();
    await page.getByText('The total is now $549.00').waitFor();
    await button(page, 'Order for $549.00').click();
    await arriveAtPayment(page);
    expect((await kelvo.orders()).at(-1)?.status).toBe('pending_payment');
  });

  test('for missing fields stays in the browser and moves to the first of them', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await button(page, 'Place order').click();
    await page.getByText('Please enter an e-mail address').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('email');
  });

  test('of a field by the server is shown at the field', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await fillAddress(page);
    await page.getByLabel('E-mail').fill('ada"byron@example.com');
    await button(page, 'Place order').click();
    await page.getByText('This must be an e-mail address.').waitFor();
    await expect.poll(() => page.getByLabel('E-mail').getAttribute('aria-invalid')).toBe('true');
  });

  test.each([
    ['a busy shop', 429, '{"message":"Too Many Requests"}', 'One moment, please'],
    ['an outage', 503, '<html><body>Service Unavailable: stack trace</body></html>', 'The shop needs a moment'],
  ])('of %s is calm, and trying again helps', async (_name, status, body, words) => {
    const page = await kelvo.shopper();
    await page.route('**/api/products?*', (route) => route.fulfill({ status, body, headers: { 'content-type': 'text/html' } }));
    await page.goto('/products');
    await page.getByRole('alert').getByText(words).waitFor();
    expect(await page.getByText('stack trace').count()).toBe(0);
    await page.unrouteAll();
    await button(page, 'Try again').click();
    await page.getByRole('article').first().waitFor();
  });

  test('of recommendations, or of what was looked at, takes nothing else with it', async () => {
    const page = await kelvo.shopper();
    const [teapot, kite] = [await kelvo.productId('rosehip-teapot'), await kelvo.productId('skylark-kite')];
    await page.goto(`/products/${kite}`);
    await button(page, 'Add to cart').waitFor();
    await page.route('**/api/recommendations?*', (route) => route.fulfill({ status: 400, json: { code: 'invalid-request' } }));
    await page.route(`**/api/products/${kite}*`, (route) => route.fulfill({ status: 400, json: { code: 'invalid-request' } }));
    await page.goto(`/products/${teapot}`);
    await button(page, 'Add to cart').waitFor();
    for (const name of ['You might also like', 'Recently viewed']) {
      const shelf = page.getByRole('region', { name });
      await shelf.scrollIntoViewIfNeeded({ timeout: 1_000 }).catch(() => undefined); // it may be gone by now
      await shelf.waitFor({ state: 'detached' });
    }
    expect(await page.getByRole('alert').count()).toBe(0);
    await button(page, 'Add to cart').click();
    await button(page, 'View cart').click();
    const cart = page.getByRole('dialog', { name: 'Your cart' });
    await cart.getByRole('link', { name: 'Checkout' }).waitFor();
    await cart.getByRole('region', { name: 'Goes with your cart' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
