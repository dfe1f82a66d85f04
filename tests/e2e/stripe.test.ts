import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StripeServer, startStripe } from '#tests/support/stripe-server.ts';
import { addToCart, button, placeOrder, seeStatus, useShop } from './support.ts';

// What js.stripe.com would send: its Payment Element is a field that takes a payment method's id instead of a card.
const stripeScript = `window.Stripe = (key) => ({
  elements: (options) => {
    window.stripeAsked = { key, ...options };
    let field, ready;
    return {
      create: () => ({
        on: (event, listener) => { if (event === 'ready') ready = listener; },
        mount: (place) => {
          field = document.createElement('input');
          field.setAttribute('aria-label', 'Card');
          place.append(field);
          setTimeout(() => ready());
        },
        destroy: () => field.remove(),
      }),
      submit: async () => (field.value ? {} : { error: { message: 'Your card number is incomplete.' } }),
      value: () => field.value,
    };
  },
  createPaymentMethod: async ({ elements }) => ({ paymentMethod: { id: elements.value() } }),
  handleNextAction: ({ clientSecret }) => window.askBank(clientSecret),
});`;

describe('a shop that is paid by Stripe', () => {
  let stripe: StripeServer;
  beforeAll(async () => {
    stripe = await startStripe();
  });
  const kelvo = useShop(() => ({ PAYMENT_PROVIDER: 'stripe', ...stripe.variables }));
  afterAll(() => stripe.close());

  /** @param agrees what the bank says, each time it is asked */
  async function payingShopper({ agrees = [] as boolean[], reaches = true } = {}): Promise<{ page: Page; id: string }> {
    const page = await kelvo.shopper();
    await page.route('https://js.stripe.com/**', (route) =>
      reaches ? route.fulfill({ contentType: 'text/javascript', body: stripeScript }) : route.abort('blockedbyclient'),
    );
    await page.exposeFunction('askBank', (clientSecret: string) => {
      const intent = [...stripe.intents.values()].find(({ client_secret }) => client_secret === clientSecret);
      if (intent?.status !== 'requires_action') return { error: { message: 'There is nothing to confirm.' } };
      if (agrees.shift()) {
        intent.status = 'succeeded';
        return { paymentIntent: { payment_method: intent.payment_method } };
      }
      intent.status = 'requires_payment_method';
      intent.last_payment_error = { message: 'We are unable to authenticate your payment method.' };
      return { error: intent.last_payment_error };
    });
    await addToCart(page, await kelvo.productId('skylark-kite'));
    return { page, id: await placeOrder(page) };
  }
  const pay = async (page: Page, method: string) => {
    await page.getByLabel('Card', { exact: true }).fill(method);
    await button(page, /^Pay \$/).click();
  };

  test('takes the card by its Payment Element, and another one after a decline', async () => {
    const { page, id } = await payingShopper();
    await page.getByLabel('Card', { exact: true }).waitFor();
    expect(await kelvo.shop.database.query('select 1 from payments where order_id = $1', [id])).toEqual([]);
    const asked = await page.evaluate<Record<string, unknown>>('window.stripeAsked');
    expect(asked).toMatchObject({ key: 'pk_test_kelvo', mode: 'payment', currency: 'usd', paymentMethodCreation: 'manual' });
    expect(await button(page, /^Pay \$/).textContent()).toBe(`Pay $${(Number(asked.amount) / 100).toFixed(2)}`);
    await button(page, /^Pay \$/).click();
    await page.getByRole('alert').getByText('Your card number is incomplete.').waitFor();
    await pay(page, 'pm_card_chargeDeclinedInsufficientFunds');
    await page.getByRole('alert').getByText('Your card has insufficient funds.').waitFor();
    await pay(page, 'pm_card_visa');
    await seeStatus(page, 'Paid');
    expect(stripe.intents.size).toBe(1);
  });

  test('lets the shopper answer their bank, and try again after a no', async () => {
    const { page } = await payingShopper({ agrees: [false, true] });
    await pay(page, 'pm_card_authenticationRequired');
    await page.getByRole('alert').getByText('We are unable to authenticate your payment method.').waitFor();
    await pay(page, 'pm_card_authenticationRequired');
    await seeStatus(page, 'Paid');
  });

  test('goes on with the bank after a reload in the midst of it', async () => {
    const { page, id } = await payingShopper({ agrees: [true] });
    const token = await page.evaluate<string>(`JSON.parse(localStorage.getItem('kelvo.orders'))['${id}'].token`);
    const headers = { 'x-order-token': token };
    const { body: intent } = await kelvo.shop.call('/api/payment/create-intent', {
      headers: { ...headers, 'idempotency-key': crypto.randomUUID() },
      body: { orderId: id },
    });
    await kelvo.shop.call('/api/payment/confirm', {
      headers,
      body: { intentId: intent.id, paymentMethod: 'pm_card_authenticationRequired' },
    });
    await page.reload();
    await button(page, 'Confirm with your bank').click();
    await seeStatus(page, 'Paid');
  });

  test('tells why a payment is refused for good, instead of asking to try again', async () => {
    const { page } = await payingShopper();
    stripe.interfere((call) =>
      call === 'POST /v1/payment_intents'
        ? { status: 400, body: { error: { type: 'invalid_request_error', code: 'amount_too_large', message: 'Too much.' } } }
        : undefined,
    );
    await pay(page, 'pm_card_visa');
    await page.getByRole('alert').getByText('The amount is more than the payment provider takes.').waitFor();
    expect(await page.getByText('please pay again in a moment').count()).toBe(0);
    stripe.interfere();
  });

  test('says calmly that a content blocker keeps the card form away', async () => {
    const { page } = await payingShopper({ reaches: false });
    await page.getByText('The card form could not be loaded').waitFor();
    expect(await button(page, /^Pay \$/).getAttribute('aria-disabled')).toBe('true');
    await page.unroute('https://js.stripe.com/**');
    await page.route('https://js.stripe.com/**', (route) => route.fulfill({ contentType: 'text/javascript', body: stripeScript }));
    await button(page, 'Try again').click();
    await pay(page, 'pm_card_visa');
    await seeStatus(page, 'Paid');
  });
});
