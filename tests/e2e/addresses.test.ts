import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { addToCart, arriveAtPayment, button, signIn, useShop } from './support.ts';

describe('the checkout', () => {
  const kelvo = useShop();
  const summary = (page: Page) => page.getByRole('region', { name: 'Order summary' });
  const linesOf = (page: Page, within: string) => page.getByRole('region', { name: within }).locator('address span').allTextContents();

  async function begin(country: string): Promise<Page> {
    const page = await kelvo.shopper();
    await addToCart(page, await kelvo.productId('rosehip-teapot'));
    await page.goto('/checkout');
    await page.getByLabel('Country').selectOption(country);
    return page;
  }
  async function fillPerson(page: Page): Promise<void> {
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Full name').fill('Ada Byron');
    await page.getByLabel('Street and number').fill('1 Main Street');
  }
  async function place(page: Page): Promise<string> {
    await page.getByRole('radio', { name: /Standard/ }).waitFor();
    await button(page, 'Place order').click();
    return arriveAtPayment(page);
  }
  const addressOf = async (id: string) => {
    const [row] = await kelvo.shop.database.query<{ shipping_address: object }>('select shipping_address from orders where id = $1', [id]);
    return row?.shipping_address;
  };

  test('reads an order to Portland as "Portland, OR 97205": in the summary, on its page, and on the admin\'s', async () => {
    const page = await begin('US');
    await fillPerson(page);
    await page.getByLabel('City').fill('Portland');
    await page.getByLabel('State').selectOption({ label: 'Oregon' });
    await page.getByLabel('ZIP code').fill('９７２０５ ');
    const lines = ['Ada Byron', '1 Main Street', 'Portland, OR 97205', 'United States'];
    await summary(page).getByText('Portland, OR 97205').waitFor();
    expect(await linesOf(page, 'Order summary')).toEqual(lines);
    const id = await place(page);
    await page.goto(`/orders/${id}`);
    await page.getByText('Portland, OR 97205').waitFor();
    expect(await linesOf(page, 'Shipping address')).toEqual(lines);
    const admin = await kelvo.shopper();
    await signIn(admin, 'admin', `/admin/orders/${id}`);
    await admin.getByText('Portland, OR 97205').waitFor();
    expect(await linesOf(admin, 'Shipping address')).toEqual(lines);
  });

  test('asks for what the country has, by its name and in its order, and shows what shipping costs before any of it', async () => {
    const page = await begin('US');
    await page.getByRole('radio', { name: /Standard/ }).waitFor();
    const labels = async () =>
      (await page.locator('.field-row label').allTextContents()).map((label) => label.replace(/\s*\(?optional\)?$/i, ' ?').trim());
    for (const [country, wanted] of [
      ['US', ['City', 'State', 'ZIP code']],
      ['DE', ['Postal code', 'City']],
      ['GB', ['Town or city', 'Postcode']],
      ['IE', ['City', 'County ?', 'Eircode ?']],
      ['IN', ['City', 'PIN code', 'State']],
      ['JP', ['City', 'Prefecture', 'Postal code']],
      ['CA', ['City', 'Province', 'Postal code']],
      ['HK', ['District', 'Area']],
    ] as const) {
      await page.getByLabel('Country').selectOption(country);
      await expect.poll(async () => [country, await labels()]).toEqual([country, wanted]);
    }
  });

  test('takes an order to a country without postal codes, and one whose codes nobody needs', async () => {
    for (const [country, region] of [
      ['HK', { Area: 'Kowloon' }],
      ['IE', {}],
    ] as const) {
      const page = await begin(country);
      await fillPerson(page);
      await page.getByLabel(country === 'HK' ? 'District' : 'City').fill('Central');
      for (const [label, value] of Object.entries(region)) await page.getByLabel(label).fill(value);
      expect(await addressOf(await place(page))).toEqual({
        name: 'Ada Byron',
        line1: '1 Main Street',
        city: 'Central',
        ...(country === 'HK' && { region: 'Kowloon' }),
        country,
      });
    }
  });

  test('marks every field that is missing or of another country, and leads to the first', async () => {
    const page = await begin('GB');
    await fillPerson(page);
    await page.getByLabel('Full name').fill('\u200b');
    await page.getByLabel('Postcode').fill('97205');
    await page.getByLabel('Phone').fill('+44 (0)20 7946/0018 ext. 7');
    await button(page, 'Place order').click();
    const marked = page.locator('[aria-invalid=true]');
    await expect
      .poll(async () => Promise.all((await marked.all()).map((field) => field.getAttribute('name'))))
      .toEqual(['name', 'city', 'postalCode']);
    await page.getByText('Please enter a postcode, like EC1Y 8SY.').waitFor();
    await expect.poll(() => page.getByLabel('Full name').evaluate((field) => field.matches(':focus'))).toBe(true);
    await page.getByLabel('Full name').fill('Ada Byron');
    await page.getByLabel('Town or city').fill('London');
    await page.getByLabel('Postcode').fill('sw1a1aa');
    expect(await addressOf(await place(page))).toMatchObject({ postalCode: 'SW1A 1AA', phone: '+44 (0)20 7946/0018 ext. 7' });
  });

  test('takes an e-mail address with an international domain, as registering does', async () => {
    const page = await kelvo.shopper();
    const local = `joerg-${randomUUID()}`;
    await page.goto('/register');
    await page.getByLabel('Full name').fill('Jörg');
    await page.getByLabel('E-mail').fill(`${local}@bücher.example`);
    await page.getByLabel('Password').fill('a long enough password');
    await button(page, 'Create account').click();
    await page
      .getByRole('banner')
      .getByRole('button', { name: /^Account of/ })
      .waitFor();
    expect(await kelvo.shop.database.query('select email from users where name = $1', ['Jörg'])).toEqual([
      { email: `${local}@xn--bcher-kva.example` },
    ]);
  });
});
