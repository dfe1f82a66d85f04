import type Stripe from 'stripe';
import { config } from '#platform/config.ts';
import { Problem } from '#platform/errors.ts';
import { perProcess } from '#platform/per-process.ts';
import type { PaymentProvider, ProviderIntent } from './payment-provider.ts';

/** Stripe's client, loaded when it is first needed: a shop on the mock never loads it. */
const stripe = (): Promise<Stripe> =>
  perProcess('stripe', async () => {
    if (config.STRIPE_SECRET_KEY === undefined) throw new Error('STRIPE_SECRET_KEY is not set for this function');
    const { default: Client } = await import('stripe');
    const { hostname, port, protocol } = new URL(config.STRIPE_API_ENDPOINT);
    return new Client(config.STRIPE_SECRET_KEY, {
      host: hostname,
      protocol: protocol === 'http:' ? 'http' : 'https',
      ...(port ? { port } : {}),
      timeout: 8_000,
      maxNetworkRetries: 1, // under the same idempotency key, so a repeat does nothing twice
      telemetry: false,
    });
  });

const statuses: Partial<Record<string, ProviderIntent['status']>> = {
  requires_payment_method: 'requires_confirmation',
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  processing: 'processing',
  requires_capture: 'processing',
  succeeded: 'succeeded',
  canceled: 'canceled',
};

/** An intent in our words: Stripe sends a declined one back to `requires_payment_method` and keeps the error. */
function intentOf({ id, client_secret, status, last_payment_error }: Stripe.PaymentIntent): ProviderIntent {
  const declined = status === 'requires_payment_method' && last_payment_error !== null;
  return {
    id,
    clientSecret: client_secret ?? '',
    status: declined ? 'failed' : (statuses[status] ?? 'processing'),
    lastError: declined ? { code: 'card-declined', message: last_payment_error.message ?? 'Your card was declined.' } : null,
  };
}

const isStripeError = (error: unknown, type: string): error is Stripe.errors.StripeError =>
  error instanceof Error && (error as { type?: unknown }).type === type;

/** Real Stripe, by its SDK. The browser gives us a payment method's id (Payment Element), never a card. */
export const stripeProvider: PaymentProvider = {
  name: 'stripe',

  async createIntent({ key, orderId, amount }) {
    const client = await stripe();
    const intent = await client.paymentIntents.create(
      {
        amount: amount.amount,
        currency: amount.currency.toLowerCase(),
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { orderId },
      },
      { idempotencyKey: key },
    );
    return intentOf(intent);
  },

  // After the shopper has acted (3-D Secure) the intent needs no second confirm: its status is the answer.
  async confirmIntent(intentId, paymentMethod) {
    const client = await stripe();
    const present = await client.paymentIntents.retrieve(intentId);
    if (present.status !== 'requires_payment_method' && present.status !== 'requires_confirmation') return intentOf(present);
    try {
      return intentOf(await client.paymentIntents.confirm(intentId, { payment_method: paymentMethod, use_stripe_sdk: true }));
    } catch (error) {
      if (isStripeError(error, 'StripeCardError')) return intentOf(await client.paymentIntents.retrieve(intentId));
      if (isStripeError(error, 'StripeInvalidRequestError') && error.param === 'payment_method') {
        throw new Problem('unprocessable', 'unknown-payment-method', 'Stripe does not know this payment method.', {
          errors: [{ pointer: '/paymentMethod', message: 'names no payment method' }],
        });
      }
      throw error;
    }
  },

  async cancelIntent(intentId) {
    const client = await stripe();
    try {
      return intentOf(await client.paymentIntents.cancel(intentId));
    } catch (error) {
      if (!isStripeError(error, 'StripeInvalidRequestError')) throw error;
      return intentOf(await client.paymentIntents.retrieve(intentId)); // over already: succeeded or canceled
    }
  },

  async refund({ key, intentId, amount }) {
    const client = await stripe();
    return client.refunds.create({ payment_intent: intentId, amount: amount.amount }, { idempotencyKey: key });
  },
};
