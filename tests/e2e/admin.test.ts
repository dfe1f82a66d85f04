import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { addToCart, button, fillAddress, heading, payWith, placeOrder, register, seeStatus, signIn, useShop } from './support.ts';

describe('an admin', () => {
  const kelvo = useShop();

  /** A shopper's paid order, its page open. */
  async function paidOrder(slug: string): Promise<{ page: Page; id: string; number: string }> {
    const page = await kelvo.shopper();
    await register(page);
    await addToCart(page, await kelvo.productId(slug));
    const id = await placeOrder(page);
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    const title = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
    return { page, id, number: title.replace('Order ', '') };
  }
  /** A page looks again every 1.25 to 15 seconds. */
  const see = (page: Page, status: string) =>
    page.getByRole('main').getByRole('status').filter({ hasText: status }).waitFor({ timeout: 30_000 });

  test("ships an order while the shopper's page is open, which follows by itself", async () => {
    const { page: shopper, number } = await paidOrder('skylark-kite');
    const page = await kelvo.shopper();
    await signIn(page, 'admin', '/admin/orders');
    await page.getByLabel('Status').selectOption('Paid');
    await page.waitForURL(/status=paid/);
    await page.getByRole('link', { name: number }).click();
    await button(page, 'Mark as packed').click();
    await see(page, 'Packed');
    await see(shopper, 'Packed');
    await button(page, 'Ship …').click();
    const dialog = page.getByRole('dialog', { name: 'Ship this order' });
    await dialog.getByRole('button', { name: 'Mark as shipped' }).click();
    await dialog.getByText('Please name the carrier.').waitFor();
    await dialog.getByLabel('Carrier').fill('Kite Post');
    await dialog.getByLabel('Tracking number').fill('KP 0042');
    await dialog.getByRole('button', { name: 'Mark as shipped' }).click();
    await see(page, 'Shipped');
    await see(shopper, 'Shipped');
    await shopper.getByText('Sent with Kite Post, tracking number KP 0042').waitFor();
    await button(page, 'Mark as delivered').click();
    await see(page, 'Delivered');
    await see(shopper, 'Delivered');
  });

  test('gives back a part, then the rest, each once however often the button is clicked', async () => {
    const { page: shopper, id } = await paidOrder('rosehip-teapot');
    const page = await kelvo.shopper();
    await signIn(page, 'admin', `/admin/orders/${id}`);
    await button(page, 'Refund …').click();
    const dialog = page.getByRole('dialog', { name: 'Refund this order' });
    await dialog.getByLabel('Amount').fill('1000000');
    await dialog.getByRole('button', { name: 'Give back' }).click();
    await dialog.getByText(/Please enter an amount up to/).waitFor();
    await dialog.getByLabel('Amount').fill('10.50');
    await dialog.getByLabel('Reason').fill('A chip in the lid');
    await page.route('**/api/payment/refund', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await dialog.getByRole('button', { name: 'Give back' }).click();
    await dialog.getByText('The refund may not have arrived').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await dialog.getByRole('button', { name: 'Give back' }).click({ clickCount: 3 });
    await page.getByText('$10.50 was given back.').waitFor();
    const given = () => kelvo.shop.database.query<{ amount: number }>('select amount from refunds where order_id = $1', [id]);
    expect((await given()).map(({ amount }) => Number(amount))).toEqual([1050]);
    await shopper.reload();
    await shopper.getByText('Given back').waitFor();

    await button(page, 'Refund …').click();
    await dialog.getByRole('button', { name: 'Give back' }).click();
    await see(page, 'Refunded');
    await see(shopper, 'Refunded');
    expect(await given()).toHaveLength(2);
    expect(await button(page, 'Refund …').count()).toBe(0);
  });

  test('sees why a refund failed, and tries it anew', async () => {
    const { id } = await paidOrder('skylark-kite');
    const disputed = (is: boolean) =>
      kelvo.shop.database.query(
        'update mock_intents set payment_method = $2 where id in (select intent_id from payments where order_id = $1)',
        [id, is ? 'pm_card_createDispute' : 'pm_card_visa'],
      );
    await disputed(true);
    const page = await kelvo.shopper();
    await signIn(page, 'admin', `/admin/orders/${id}`);
    const dialog = page.getByRole('dialog', { name: 'Refund this order' });
    const giveBack = async () => {
      await button(page, 'Refund …').click();
      await dialog.getByRole('button', { name: 'Give back' }).click();
    };
    await giveBack();
    await page.getByText('could not be given back').waitFor();
    await page
      .getByRole('region', { name: 'Refunds' })
      .getByText(/disputes this payment/)
      .waitFor();
    await button(page, 'Mark as packed').waitFor(); // the order goes on
    await disputed(false);
    await giveBack();
    await see(page, 'Refunded');
  });

  test('sees that an order has moved on meanwhile', async () => {
    const { id } = await paidOrder('skylark-kite');
    const page = await kelvo.shopper();
    await signIn(page, 'admin', `/admin/orders/${id}`);
    await button(page, 'Mark as packed').waitFor();
    await kelvo.shop.database.query("update orders set status = 'packed' where id = $1", [id]);
    await button(page, 'Mark as packed').click();
    await page.getByText('The order has moved on meanwhile').waitFor();
    await button(page, 'Ship …').waitFor();
  });

  test('buys like anybody else', async () => {
    const page = await kelvo.shopper();
    await signIn(page, 'admin');
    await addToCart(page, await kelvo.productId('skylark-kite'));
    await page.goto('/checkout');
    await fillAddress(page);
    await button(page, 'Place order').click();
    await payWith(page, 'Visa');
    await seeStatus(page, 'Paid');
    await page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
    await heading(page, 'Manage orders').waitFor();
  });
});
