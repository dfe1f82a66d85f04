import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { demoUsers } from '../../db/seed/users.ts';
import {
  accountButton,
  addToCart,
  button,
  chooseInMenu,
  heading,
  payWith,
  placeOrder,
  register,
  seeStatus,
  signIn,
  signInLink,
  useShop,
} from './support.ts';

const kelvo = useShop();

describe('on a device that several people use', () => {
  const main = (page: Page) => page.getByRole('main');
  const ordersOf = (page: Page) => main(page).getByRole('link', { name: /^Order K-/ });

  /** A guest's paid order; gives its id. */
  async function buyAsGuest(page: Page): Promise<string> {
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    const id = await placeOrder(page);
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    return id;
  }

  test("a guest's order is not shown to another person who signs in, nor its unpaid ones at the checkout", async () => {
    const page = await kelvo.shopper();
    const paid = await buyAsGuest(page);
    await addToCart(page, await kelvo.productId('skylark-kite'));
    const unpaid = await placeOrder(page);
    await page.goto('/orders');
    await expect.poll(() => ordersOf(page).count()).toBe(2);
    await signIn(page, 'shopper', '/orders');
    await heading(page, 'Your orders').waitFor();
    await page.getByRole('list', { name: 'Orders' }).waitFor();
    for (const id of [paid, unpaid]) expect(await main(page).locator(`a[href*="${id}"]`).count()).toBe(0);
    for (const id of [paid, unpaid]) {
      await page.goto(`/orders/${id}`);
      await heading(page, 'Order not found').waitFor();
      expect(await page.getByText('12 St James Square').count()).toBe(0);
    }
    await page.goto('/checkout');
    await page.getByText('Your cart is empty.').waitFor();
    expect(await page.getByText('waits for your payment').count()).toBe(0);
    // The guest finds them again once that person is gone.
    await chooseInMenu(page, 'Sign out');
    await signInLink(page).waitFor();
    await page.goto('/orders');
    await expect.poll(() => ordersOf(page).count()).toBe(2);
  });

  test("who signs in with the order's e-mail address still sees what they bought as a guest", async () => {
    const page = await kelvo.shopper();
    const other = await kelvo.shopper();
    const email = await register(other);
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await page.goto('/checkout');
    await page.getByLabel('E-mail').fill(email.toUpperCase());
    await page.getByLabel('Full name').fill('Grace Hopper');
    await page.getByLabel('Street and number').fill('1 Navy Yard');
    await page.getByLabel('City').fill('Arlington');
    await page.getByLabel('State').selectOption('VA');
    await page.getByLabel('ZIP code').fill('22202');
    await page.getByRole('radio', { name: /Standard/ }).waitFor();
    await button(page, 'Place order').click();
    await page.waitForURL(/\/pay$/);
    await page.goto('/sign-in?next=/orders');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('a long enough password');
    await button(page, 'Sign in').click();
    await page
      .getByRole('region', { name: 'Ordered on this device as a guest' })
      .getByRole('link', { name: /^Order K-/ })
      .waitFor();
  });

  test('a link that somebody opens while signed in shows its order, also after a reload, and leaves with them', async () => {
    const page = await kelvo.shopper();
    const id = await buyAsGuest(page);
    const [token] = (await page.evaluate(
      `Object.values(JSON.parse(localStorage.getItem('kelvo.orders'))).map(({ token }) => token)`,
    )) as string[];
    const other = await kelvo.shopper();
    await signIn(other, 'shopper');
    await other.goto(`/orders/${id}#token=${token}`);
    await seeStatus(other, 'Paid');
    await other.reload();
    await seeStatus(other, 'Paid');
    await chooseInMenu(other, 'Sign out');
    await heading(other, 'Order not found').waitFor();
  });

  test('a guest has the orders of the device forgotten', async () => {
    const page = await kelvo.shopper();
    const id = await buyAsGuest(page);
    await page.goto('/orders');
    await ordersOf(page).waitFor();
    await button(page, "Forget this device's orders").click();
    await button(page, 'Keep them').click();
    expect(await ordersOf(page).count()).toBe(1);
    await button(page, "Forget this device's orders").click();
    await button(page, 'Forget them').click();
    await page.getByText('There is no order here yet.').waitFor();
    await page.reload();
    await page.getByText('There is no order here yet.').waitFor();
    await page.goto(`/orders/${id}`);
    await heading(page, 'Order not found').waitFor();
    expect(await page.evaluate(`JSON.stringify({ ...localStorage })`)).not.toContain(id);
  });

  test('an address that one person typed is not shown to another', async () => {
    const page = await kelvo.shopper();
    const street = () => page.getByLabel('Street and number').inputValue();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await page.goto('/checkout');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Street and number').fill('12 St James Square');
    await page.reload();
    await expect.poll(street).toBe('12 St James Square');
    await signIn(page, 'shopper', '/checkout');
    await expect.poll(() => page.getByLabel('E-mail').inputValue()).toBe(demoUsers.find(({ role }) => role === 'shopper')?.email);
    expect(await street()).toBe('');
    await page.getByLabel('Street and number').fill('1 Account Road');
    await page.reload();
    await expect.poll(street).toBe('1 Account Road');
    await chooseInMenu(page, 'Sign out');
    await signInLink(page).waitFor();
    expect(await page.evaluate(`JSON.stringify({ ...localStorage })`)).not.toContain('1 Account Road');
  });

  test('an address that was typed before signing in stays with who signs in by the same e-mail address', async () => {
    const page = await kelvo.shopper();
    const email = demoUsers.find(({ role }) => role === 'shopper')?.email ?? '';
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await page.goto('/checkout');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Street and number').fill('12 St James Square');
    await signIn(page, 'shopper', '/checkout');
    await expect.poll(() => page.getByLabel('Street and number').inputValue()).toBe('12 St James Square');
  });
});

describe('what was looked at on a device', () => {
  const shelf = (page: Page) => page.getByRole('region', { name: 'Recently viewed' });
  const cards = (page: Page) => shelf(page).getByRole('article').getByRole('heading');
  async function look(page: Page, slug: string): Promise<void> {
    await page.goto(`/products/${await kelvo.productId(slug)}`);
    await button(page, 'Add to cart').waitFor();
  }
  /** The start page's, down to its end; the shelf stands there, if anywhere. */
  async function expectShown(page: Page, names: string[]): Promise<void> {
    await page.goto('/');
    await page.getByRole('region', { name: 'Popular right now' }).getByRole('article').last().scrollIntoViewIfNeeded();
    await accountButton(page).or(signInLink(page)).waitFor(); // whose page it is is known
    await expect.poll(() => shelf(page).count()).toBe(names.length > 0 ? 1 : 0);
    if (names.length === 0) return;
    await shelf(page).scrollIntoViewIfNeeded();
    await expect.poll(() => cards(page).allInnerTexts()).toEqual(names);
  }

  test('is shown again, the last first and as it is now; not at the first visit, and not what was taken off the shelf', async () => {
    const page = await kelvo.shopper();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await expectShown(page, []);
    await look(page, 'regatta-watch');
    await look(page, 'corso-sunglasses');
    await look(page, 'wander-backpack');
    await kelvo.change('corso-sunglasses', 'price_amount', 1_234);
    await kelvo.shop.database.query(`update products set archived_at = now() where slug = 'regatta-watch'`);
    // A copy of the page may be some seconds old.
    await expect
      .poll(
        async () => {
          await page.goto('/');
          await page.getByRole('region', { name: 'Popular right now' }).getByRole('article').last().scrollIntoViewIfNeeded();
          await shelf(page).scrollIntoViewIfNeeded();
          await shelf(page).getByRole('article').first().waitFor();
          return shelf(page).getByRole('article').allInnerTexts();
        },
        { interval: 500 },
      )
      .toEqual([expect.stringContaining('Wander'), expect.stringContaining('$12.34')]);
    const { ids } = JSON.parse((await page.evaluate(`localStorage.getItem('kelvo.viewed')`)) as string) as { ids: string[] };
    expect(ids).toEqual([await kelvo.productId('wander-backpack'), await kelvo.productId('corso-sunglasses')]);
    // Kept here, and told to nobody: all that was asked of the server are the products themselves.
    expect(asked.filter((url) => ids.filter((id) => url.includes(id)).length > 1)).toEqual([]);
    await button(page, 'Forget these').click();
    await shelf(page).waitFor({ state: 'detached' });
    await expectShown(page, []);
  });

  test('by one person is not shown to another, and is gone with them', async () => {
    const page = await kelvo.shopper();
    await look(page, 'stride-running-shoes');
    await signIn(page, 'shopper');
    await expectShown(page, []);
    await look(page, 'drizzle-umbrella');
    await expectShown(page, ['Drizzle Umbrella']);
    await look(page, 'drizzle-umbrella'); // they leave from its page
    await chooseInMenu(page, 'Sign out');
    await signInLink(page).waitFor();
    await expectShown(page, []);
    expect(await page.evaluate(`JSON.stringify({ ...localStorage })`)).not.toContain(await kelvo.productId('drizzle-umbrella'));
  });
});

describe('a price filter', () => {
  test('understands thousands separators, and marks what it does not understand', async () => {
    const page = await kelvo.shopper();
    await page.goto('/products');
    const [low, high] = [page.getByLabel('Min price ($)'), page.getByLabel('Max price ($)')];
    await low.fill('$1,000');
    await high.fill('1.299,00');
    await button(page, 'Apply').click();
    await expect.poll(() => new URL(page.url()).search).toBe('?min=1000&max=1299');
    await expect.poll(() => low.inputValue()).toBe('1000'); // the form of the new address: what is typed into the old one would go with it
    await low.fill('cheap');
    await button(page, 'Apply').click();
    await page.getByText('Please enter a price, like 1,299 or 19.99.').waitFor();
    expect([await low.getAttribute('aria-invalid'), await high.getAttribute('aria-invalid')]).toEqual(['true', null]);
    await expect.poll(() => low.evaluate((field) => field.matches(':focus'))).toBe(true);
    expect(new URL(page.url()).search).toBe('?min=1000&max=1299');
    // Marked too where it came with the address, not dropped.
    await page.goto('/products?max=dear');
    await page.getByText('Please enter a price, like 1,299 or 19.99.').waitFor();
    expect(await high.inputValue()).toBe('dear');
  });
});
