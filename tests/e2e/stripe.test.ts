import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addToCart, button, placeOrder, seeStatus, useShop } from './support.ts';

interface StripeIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  currency: string;
  client_secret: string;
  status: string;
  payment_method: string | null;
  last_payment_error: { message: string } | null;
}

/**
 * As much of Stripe's API as paying takes, for the shop's real Stripe client: `pm_fine` is taken, `pm_poor` is declined, `pm_asking`
 * waits for the bank.
 */
function stripeApi() {
  const intents = new Map<string, StripeIntent>();
  const confirm = (intent: StripeIntent, method: string): number => {
    intent.payment_method = method;
    intent.status = method === 'pm_fine' ? 'succeeded' : method === 'pm_asking' ? 'requires_action' : 'requires_payment_method';
    intent.last_payment_error = method === 'pm_poor' ? { message: 'Your card has insufficient funds.' } : null;
    return method === 'pm_poor' ? 402 : 200;
  };
  const server: Server = createServer(async (request, response) => {
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    const [, id, action] = /^\/v1\/payment_intents(?:\/(pi_\w+))?(?:\/(\w+))?/.exec(request.url ?? '') ?? [];
    const intent: StripeIntent = intents.get(id ?? '') ?? {
      id: `pi_stripe${intents.size}_${'0'.repeat(12)}`,
      object: 'payment_intent',
      amount: Number(form.get('amount')),
      currency: form.get('currency') ?? '',
      client_secret: `secret_of_${intents.size}`,
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: null,
    };
    intents.set(intent.id, intent);
    const status = action === 'confirm' ? confirm(intent, form.get('payment_method') ?? '') : 200;
    const body = status === 402 ? { error: { type: 'card_error', code: 'card_declined', ...intent.last_payment_error } } : intent;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return { server, intents };
}

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
  const stripe = stripeApi();
  beforeAll(async () => {
    stripe.server.listen(0, '127.0.0.1');
    await once(stripe.server, 'listening');
  });
  const kelvo = useShop(() => ({
    PAYMENT_PROVIDER: 'stripe',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_kelvo',
    STRIPE_SECRET_KEY: 'sk_test_kelvo',
    STRIPE_API_ENDPOINT: `http://127.0.0.1:${(stripe.server.address() as AddressInfo).port}`,
  }));
  afterAll(() => stripe.server.close());

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
    await pay(page, 'pm_poor');
    await page.getByRole('alert').getByText('Your card has insufficient funds.').waitFor();
    await pay(page, 'pm_fine');
    await seeStatus(page, 'Paid');
    expect(stripe.intents.size).toBe(1);
  });

  test('lets the shopper answer their bank, and try again after a no', async () => {
    const { page } = await payingShopper({ agrees: [false, true] });
    await pay(page, 'pm_asking');
    await page.getByRole('alert').getByText('We are unable to authenticate your payment method.').waitFor();
    await pay(page, 'pm_asking');
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
    await kelvo.shop.call('/api/payment/confirm', { headers, body: { intentId: intent.id, paymentMethod: 'pm_asking' } });
    await page.reload();
    await button(page, 'Confirm with your bank').click();
    await seeStatus(page, 'Paid');
  });

  test('says calmly that a content blocker keeps the card form away', async () => {
    const { page } = await payingShopper({ reaches: false });
    await page.getByText('The card form could not be loaded').waitFor();
    expect(await button(page, /^Pay \$/).getAttribute('aria-disabled')).toBe('true');
    await page.unroute('https://js.stripe.com/**');
    await page.route('https://js.stripe.com/**', (route) => route.fulfill({ contentType: 'text/javascript', body: stripeScript }));
    await button(page, 'Try again').click();
    await pay(page, 'pm_fine');
    await seeStatus(page, 'Paid');
  });
});
