import { describe, expect, test } from 'vitest';
import {
  accountButton,
  addToCart,
  arriveAtPayment,
  button,
  cartButton,
  chooseInMenu,
  enter,
  fillAddress,
  heading,
  payWith,
  register,
  seeStatus,
  signIn,
  signInLink,
  useShop,
} from './support.ts';

const failures = 5;

describe('a shopper with an account', () => {
  const kelvo = useShop(() => ({ LOGIN_FAILURES_PER_ACCOUNT: String(failures) }));

  test('registers, and finds what they had put into the cart as a guest', async () => {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('skylark-kite'), 2);
    const guestCart = await page.evaluate<string>('localStorage.getItem("kelvo.cart")');
    await register(page);
    await expect.poll(() => page.evaluate('localStorage.getItem("kelvo.cart")')).not.toBe(guestCart);
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 2 items');
    const [own] = await kelvo.shop.database.query<{ user_id: string | null }>('select user_id from carts where session_id = $1', [
      await page.evaluate('localStorage.getItem("kelvo.cart")'),
    ]);
    expect(own?.user_id).toBeTruthy();
    expect(await kelvo.shop.database.query('select 1 from carts where session_id = $1', [guestCart])).toEqual([]);
  });

  test('has one cart on all devices, and leaves none behind at sign-out', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    await addToCart(page, await kelvo.productId('rosehip-teapot'), 2);
    const phone = await kelvo.shopper();
    await addToCart(phone, await kelvo.productId('rosehip-teapot'));
    await phone.goto('/sign-in');
    await enter(phone, email, 'a long enough password');
    await expect.poll(() => cartButton(phone).getAttribute('aria-label')).toBe('Cart, 3 items');
    await chooseInMenu(phone, 'Sign out');
    await signInLink(phone).waitFor();
    await expect.poll(() => cartButton(phone).getAttribute('aria-label')).toBe('Cart');
    await addToCart(phone, await kelvo.productId('skylark-kite'));
    await expect.poll(() => cartButton(phone).getAttribute('aria-label')).toBe('Cart, 1 item');
    await page.goto('/');
    await expect.poll(() => cartButton(page).getAttribute('aria-label')).toBe('Cart, 3 items');
  });

  test('buys signed in: the order is in the account, and opens there without a token', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    await addToCart(page, await kelvo.productId('quarry-stoneware-mug'));
    await page.goto('/checkout');
    await expect.poll(() => page.getByLabel('E-mail').inputValue()).toBe(email);
    await fillAddress(page);
    await button(page, 'Place order').click();
    const id = await arriveAtPayment(page);
    await page.reload();
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    expect(await page.evaluate('localStorage.getItem("kelvo.orders")')).not.toContain('token');
    const [order] = await kelvo.shop.database.query<{ user_id: string | null }>('select user_id from orders where id = $1', [id]);
    expect(order?.user_id).toBeTruthy();

    const number = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
    const other = await kelvo.shopper();
    await other.goto(`/orders/${id}`);
    await heading(other, 'Order not found').waitFor();
    await other.goto('/sign-in?next=/orders');
    await enter(other, email, 'a long enough password');
    await other.getByRole('link', { name: number }).click();
    await seeStatus(other, 'Paid');
    // On a device that is passed on, nothing of the order stays.
    await chooseInMenu(other, 'Sign out');
    await heading(other, 'Order not found').waitFor();
    expect(await page.evaluate('localStorage.getItem("kelvo.checkout")')).toBeNull();
  });

  test('finds an unpaid order again, and more orders than fit on a page', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    const { body } = await kelvo.shop.call('/api/auth/login', { body: { email, password: 'a long enough password' } });
    const productId = await kelvo.productId('skylark-kite');
    for (let count = 0; count < 21; count += 1) {
      const { status } = await kelvo.shop.call('/api/orders', {
        headers: { authorization: `Bearer ${body.accessToken}`, 'idempotency-key': crypto.randomUUID() },
        body: {
          items: [{ productId, quantity: 1 }],
          email,
          shippingMethod: 'standard',
          shippingAddress: { name: 'Grace Hopper', line1: '1 Navy Yard', city: 'Arlington', postalCode: '22202', country: 'US' },
        },
      });
      expect(status).toBe(201);
    }
    await page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
    const list = page.getByRole('list', { name: 'Orders' }).getByRole('listitem');
    await expect.poll(() => list.count()).toBe(20);
    await button(page, 'Load more').click();
    await expect.poll(() => list.count()).toBe(21);
    await list.first().getByRole('link', { name: 'Pay' }).click();
    await arriveAtPayment(page);
  });

  test('changes name, phone and password; other devices are signed out by the last', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    const other = await kelvo.shopper();
    await other.goto('/sign-in?next=/account');
    await enter(other, email, 'a long enough password');
    await heading(other, 'Your account').waitFor();

    await page.goto('/account');
    const details = page.getByRole('form', { name: 'Your details' });
    await details.getByLabel('Full name').fill('Rear Admiral Hopper');
    await details.getByLabel('Phone').fill('+1 202 555 0100');
    await button(page, 'Save details').click();
    await page.getByText('Your details are saved.').waitFor();
    await expect.poll(() => accountButton(page).getAttribute('aria-label')).toBe('Account of Rear Admiral Hopper');
    await page.reload();
    await expect.poll(() => page.getByLabel('Phone').inputValue()).toBe('+1 202 555 0100');

    await page.getByLabel('Current password').fill('not that one');
    await page.getByLabel('New password').fill('another good password');
    await button(page, 'Change password').click();
    await page.getByText('This is not right.').waitFor();
    await page.getByLabel('Current password').fill('a long enough password');
    await button(page, 'Change password').click();
    await page.getByText('Your password is changed.').waitFor();
    await page.reload();
    await heading(page, 'Your account').waitFor();

    await other.reload();
    await heading(other, 'Sign in').waitFor();
    await other.getByText('Your session has ended').waitFor();
    await enter(other, email, 'another good password');
    await heading(other, 'Your account').waitFor();
  });

  test('reads what is wrong at the field it concerns', async () => {
    const page = await kelvo.shopper();
    await page.goto('/register');
    await button(page, 'Create account').click();
    await page.getByText('Please enter your name.').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('name');
    await page.getByLabel('Full name').fill('Grace Hopper');
    await page.getByLabel('E-mail').fill('demo@rumshop.com');
    await page.getByLabel('Password').fill('too short');
    await button(page, 'Create account').click();
    await page.getByText('Please choose at least 10 characters.').waitFor();
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByLabel('E-mail').fill('grace"hopper@example.com');
    await button(page, 'Create account').click();
    await page.getByText('This must be an e-mail address.').waitFor();
    await page.getByLabel('E-mail').fill('demo@rumshop.com');
    await button(page, 'Create account').click();
    const alert = page.getByRole('alert').filter({ hasText: 'There is an account with this e-mail address' });
    await alert.getByRole('link', { name: 'Sign in' }).click();
    await heading(page, 'Sign in').waitFor(); // the register page has an e-mail and a password field too
    await enter(page, 'demo@rumshop.com', 'wrong password');
    await page.getByRole('alert').getByText('That did not match').waitFor();
  });

  test('is asked to sign in where that is needed, and led back; never to another site', async () => {
    const page = await kelvo.shopper();
    await page.goto('/account');
    await heading(page, 'Sign in').waitFor();
    await enter(page, 'demo@rumshop.com', 'password123');
    await heading(page, 'Your account').waitFor();
    await page.goto('/sign-in?next=//evil.example/');
    await heading(page, 'Popular right now').waitFor();
    await page.goto('/admin/orders');
    await heading(page, 'Page not found').waitFor();
  });

  test('has no token where a script could find it later', async () => {
    const page = await kelvo.shopper();
    await signIn(page, 'shopper');
    expect(await page.evaluate('JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie')).not.toMatch(
      /eyJ|refresh/,
    );
    const cookies = await page.context().cookies(`${kelvo.shop.url}/api/auth/refresh`);
    expect(cookies.map(({ httpOnly, sameSite, secure }) => ({ httpOnly, sameSite, secure }))).toEqual([
      { httpOnly: true, sameSite: 'Strict', secure: true },
    ]);
  });

  test('is told how long to wait after too many wrong passwords', async () => {
    const page = await kelvo.shopper();
    const email = await register(page);
    for (let tries = 0; tries < failures; tries += 1) {
      const { status } = await kelvo.shop.call('/api/auth/login', { body: { email, password: `wrong password ${tries}` } });
      expect(status).toBe(401);
    }
    const phone = await kelvo.shopper();
    await phone.goto('/sign-in');
    await enter(phone, email, 'a long enough password');
    await phone
      .getByRole('alert')
      .getByText(/please wait \d+ (seconds?|minutes) and try again/)
      .waitFor();
  });
});
