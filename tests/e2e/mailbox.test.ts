import { expect, test } from 'vitest';
import { send } from '#tests/support/raw.ts';
import { addToCart, arriveAtPayment, button, fillAddress, heading, payWith, placeOrder, seeStatus, signIn, useShop } from './support.ts';

/** The mailbox's entry of an order's confirmation. */
const confirmationTo = (name: string) => new RegExp(`^Your order K-[\\w-]{9}\\s*${name}@`);

const kelvo = useShop(() => ({}), { pumps: true });

test('a guest buys, the mails are in the mailbox, and the link of one opens the order on another device', async () => {
  const page = await kelvo.shopper();
  await addToCart(page, await kelvo.productId('rosehip-teapot'));
  const id = await placeOrder(page);
  await payWith(page, 'Visa');
  await seeStatus(page, 'Paid');

  const mailbox = await kelvo.shopper();
  const refused: string[] = [];
  mailbox.on('console', (line) => line.type() === 'error' && refused.push(line.text()));
  await mailbox.goto('/mailbox?to=ada@example.com');
  await button(mailbox, confirmationTo('ada')).click(); // once it is there: the list follows what is written
  await heading(mailbox, /^Your order K-[\w-]{9}$/).waitFor();
  const opening = mailbox.context().waitForEvent('page');
  await mailbox.frameLocator('#html').locator(`a[href*="/orders/${id}#token="]`).first().click();
  const order = await opening;
  await order.waitForURL(new RegExp(`/orders/${id}`));
  await heading(order, /^Order K-/).waitFor();

  await button(mailbox, 'Text').click();
  await mailbox.locator('#text', { hasText: `/orders/${id}#token=` }).waitFor();
  await button(mailbox, 'Headers').click();
  await mailbox.locator('#text', { hasText: 'Subject: Your order K-' }).waitFor();
  expect(refused).toEqual([]);
});

test('an admin sees a mail fail when it comes back, and has the confirmation sent again: it goes to nobody any more', async () => {
  const page = await kelvo.shopper();
  await addToCart(page, await kelvo.productId('rosehip-teapot'));
  await page.goto('/checkout');
  await fillAddress(page);
  await page.getByLabel('E-mail').fill('grace@example.com');
  await button(page, 'Place order').click();
  const id = await arriveAtPayment(page);

  const mailbox = await kelvo.shopper();
  await mailbox.goto('/mailbox?to=grace@example.com');
  await button(mailbox, confirmationTo('grace')).click();
  await button(mailbox, 'It came back for good').click();
  await mailbox.locator('#facts', { hasText: 'The mail came back' }).waitFor();

  const admin = await kelvo.shopper();
  await signIn(admin, 'admin', `/admin/orders/${id}`);
  const messages = admin.getByRole('region', { name: 'Messages' });
  await messages.getByText('Order received: failed').waitFor();
  await messages.getByText('Why: The mail came back').waitFor();
  await button(admin, 'Send the confirmation again').click();
  await messages.getByText('Order received: not sent').waitFor();
});

test('a guest who agrees to text messages gets one when the parcel is on its way, until they are stopped', async () => {
  const page = await kelvo.shopper();
  await addToCart(page, await kelvo.productId('rosehip-teapot'));
  await page.goto('/checkout');
  await fillAddress(page);
  const box = page.getByRole('checkbox', { name: 'Text me news of this parcel' });
  expect(await box.isChecked()).toBe(false);
  await page.getByText('Phone (optional)').waitFor();
  await box.check();
  expect(await page.getByText('Phone (optional)').count()).toBe(0);
  const please = page.getByText('Please enter a phone number for text messages.');
  await button(page, 'Place order').click();
  await please.waitFor();
  await box.uncheck();
  expect(await please.count()).toBe(0);
  await box.check();
  await page.getByLabel('Phone').fill('12');
  await button(page, 'Place order').click();
  await please.waitFor();
  await page.getByLabel('Phone').fill('(217) 555-0142');
  await button(page, 'Place order').click();
  const id = await arriveAtPayment(page);
  await payWith(page, 'Visa');
  await seeStatus(page, 'Paid');

  const admin = await kelvo.shopper();
  await signIn(admin, 'admin', `/admin/orders/${id}`);
  await button(admin, 'Mark as packed').click();
  await button(admin, 'Ship …').click();
  await admin.getByLabel('Carrier').fill('UPS');
  await admin.getByLabel('Tracking number').fill('1Z999');
  await admin.getByRole('dialog').getByRole('button', { name: /ship/i }).click();

  const mailbox = await kelvo.shopper();
  await mailbox.goto('/mailbox');
  await mailbox.getByLabel('To').fill('+12175550142');
  await button(mailbox, /Text message: shipped/).click();
  await mailbox.locator('#text', { hasText: /Kelvo: order K-\S+ is on its way\./ }).waitFor();

  await button(page, 'Stop text messages').click();
  await page.locator(':focus', { hasText: 'Text messages were stopped.' }).waitFor();
  expect(await button(page, 'Stop text messages').count()).toBe(0);
  await button(admin, 'Mark as delivered').click();
  await seeStatus(page, 'Delivered');
  await kelvo.shop.pumps.settled();
  expect(await kelvo.shop.database.query(`select kind from notifications where channel = 'sms' and order_id = $1`, [id])).toEqual([
    { kind: 'shipped' },
  ]);
});

test('nothing that a mail holds runs, and only this machine may look', async () => {
  await kelvo.shop.database.query(
    `insert into notifications (id, kind, channel, recipient, subject, html, text, created_at)
       values (gen_random_uuid(), 'packed', 'mail', 'eve@example.com', $1, $2, 'x', now())`,
    [
      '<img src=x onerror=alert(1)>',
      '<html><head></head><body><script>top.stolen = 1</script><img src=x onerror="top.stolen = 1">Hello</body></html>',
    ],
  );
  const mailbox = await kelvo.shopper();
  await mailbox.goto('/mailbox?to=eve@example.com');
  await button(mailbox, /onerror/).click();
  await mailbox.frameLocator('#html').getByText('Hello').waitFor();
  expect(await mailbox.evaluate('window.stolen')).toBeUndefined();
  for (const path of ['/mailbox', '/mailbox/mails', '/_local/mailbox/page.js'])
    expect((await send(kelvo.shop.url, { method: 'GET', path, headers: { host: 'evil.example' } })).status).toBe(403);
});

test('what the page is asked for that cannot be is refused as the API refuses it', async () => {
  const status = async (path: string) => (await send(kelvo.shop.url, { method: 'GET', path })).status;
  for (const path of ['?to=%00', '?to=%ff', '?limit=x', '?cursor=x', '?unknown=1', `/${'-'.repeat(36)}`, `/${'-'.repeat(36)}/html`])
    expect([path, await status(`/mailbox/mails${path}`)]).toEqual([path, 400]);
  expect(await status('/mailbox/mails/0198e7a2-4d10-7c44-8e0a-6f2b9c1d3e55')).toBe(404);
});
