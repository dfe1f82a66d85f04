import { randomUUID } from 'node:crypto';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Shop, type ShopOptions, startShop } from '#tests/support/shop.ts';
import { demoUsers } from '../../db/seed/users.ts';
import { findChromium } from '../../scripts/prepare-test-machine.ts';

/** A browser like any other: one that says it has no window is taken for a robot, and its views count for nothing. */
export const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let used = false;

/**
 * A shop and a browser for a test file; each test opens shoppers of its own. What a page logs as an error fails the test.
 * One a file: the built functions live as long as the process, and would ask a second shop's pages from the first one's database.
 * @param variables replace the template's; asked for when the shop starts
 * @param options of the shop: `{ pumps: true }` where mails and other effects of events are to be seen
 */
export function useShop(variables: () => Record<string, string> = () => ({}), options: ShopOptions = {}) {
  if (used) throw new Error('A test file has one shop: call useShop once, outside of describe.');
  used = true;
  let shop: Shop;
  let browser: Browser;
  const open: BrowserContext[] = [];
  const complaints: string[] = [];
  const seeded = new Set<string>();

  beforeAll(async () => {
    const executablePath = findChromium();
    if (!executablePath) throw new Error('No Chromium here: install one, or name it in CHROMIUM_PATH.');
    [shop, browser] = await Promise.all([
      startShop(variables(), options),
      chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', `--user-agent=${userAgent}`],
      }),
    ]);
    for (const { id } of await shop.database.query<{ id: string }>('select id from orders')) seeded.add(id);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.end();
  });

  return {
    get shop() {
      return shop;
    },
    /**
     * A shopper with an empty browser profile, who wants no moving things, so that nothing waits for an animation to end. Further tabs are
     * `page.context().newPage()`.
     * @param options replace those of the browser's context
     */
    async shopper(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({
        baseURL: shop.url,
        locale: 'en-US',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
        ...options,
      });
      context.setDefaultTimeout(15_000);
      context.on('weberror', (error) => complaints.push(error.error().message));
      open.push(context);
      return context.newPage();
    },
    /** A seeded product's id. */
    async productId(slug: string): Promise<string> {
      const [row] = await shop.database.query<{ id: string }>('select id from products where slug = $1', [slug]);
      if (!row) throw new Error(`no product ${slug}`);
      return row.id;
    },
    /** Sets a product's columns behind the shop's back, e.g. another shopper's purchase or a new price. */
    change: (slug: string, column: 'stock' | 'price_amount', value: number) =>
      shop.database.query(`update products set ${column} = $2 where slug = $1`, [slug, value]),
    /** The orders placed here, the last one last: not those of the seed. */
    async orders(): Promise<{ id: string; status: string }[]> {
      const orders = await shop.database.query<{ id: string; status: string }>('select id, status from orders order by created_at');
      return orders.filter(({ id }) => !seeded.has(id));
    },
  };
}
export type TestShop = ReturnType<typeof useShop>;

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
export const cartButton = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^Cart/ });
export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });

/** Puts pieces of a product into the cart, from its own page. */
export async function addToCart(page: Page, id: string, quantity = 1): Promise<void> {
  await page.goto(`/products/${id}`);
  for (let more = 1; more < quantity; more += 1) await button(page, /^One more/).click();
  await button(page, 'Add to cart').click();
  await page.getByText('added to your cart').waitFor();
}

export async function fillAddress(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Full name').fill('Ada Byron');
  await page.getByLabel('Street and number').fill('12 St James Square');
  await page.getByLabel('City').fill('Springfield');
  await page.getByLabel('State').selectOption('IL');
  await page.getByLabel('ZIP code').fill('62704');
  await page.getByRole('radio', { name: /Standard/ }).waitFor();
}

/** From the cart to the payment page; gives the order's id. */
export async function placeOrder(page: Page): Promise<string> {
  await page.goto('/checkout');
  await fillAddress(page);
  await button(page, 'Place order').click();
  return arriveAtPayment(page);
}

export async function arriveAtPayment(page: Page): Promise<string> {
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}\/pay$/);
  return /orders\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
}

export async function payWith(page: Page, card: 'Visa' | 'Declined card' | '3-D Secure card' | 'US bank account'): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(card) }).check();
  await button(page, /^Pay \$/).click();
}

/** Waits for an order's page to say its status. */
export async function seeStatus(page: Page, status: string): Promise<void> {
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
  await page.getByRole('main').getByRole('status').filter({ hasText: status }).waitFor();
}

/** The header's way to what belongs to the account, once somebody is signed in. */
export const accountButton = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^Account of/ });
export const signInLink = (page: Page) => page.getByRole('banner').getByRole('link', { name: 'Sign in' });

export async function enter(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Sign in').click();
}

/** Signs a person of the seed in, and waits until the page knows it. */
export async function signIn(page: Page, role: 'shopper' | 'admin', next = '/'): Promise<void> {
  const person = demoUsers.find((user) => user.role === role);
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await enter(page, person?.email ?? '', person?.password ?? '');
  await accountButton(page).waitFor();
}

/** Makes an account by the form, and waits until the page knows it. Gives the e-mail address. */
export async function register(page: Page, password = 'a long enough password'): Promise<string> {
  const email = `grace-${randomUUID()}@example.com`;
  await page.goto('/register');
  await page.getByLabel('Full name').fill('Grace Hopper');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await button(page, 'Create account').click();
  await accountButton(page).waitFor();
  return email;
}

/** Opens the account's menu and chooses in it. */
export async function chooseInMenu(page: Page, name: string): Promise<void> {
  await accountButton(page).click();
  await page.getByRole('banner').getByRole('link', { name }).or(page.getByRole('banner').getByRole('button', { name })).click();
}
