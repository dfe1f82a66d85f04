import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type Stripe from 'stripe';
import { config, required } from '#platform/config.ts';
import { foreignText } from '#platform/foreign-text.ts';
import { perProcess } from '#platform/per-process.ts';
import { DeclinedIntent, declineIdOf } from './decline.ts';
import type { Outcome, PaymentProvider, ProviderIntent, ProviderRefund } from './payment-provider.ts';
import { refundFailure } from './refund-failures.ts';
import { mayRepeat, outcomeOf } from './stripe-errors.ts';

/** Two tries of 4 s and a pause: a call takes 8.5 s at most, and three in a row stay below the 29 s of the functions that make them. */
const limitMs = 4_000;
const tries = 2;
const pauseMs = 500;

/** Stripe's client, loaded when it is first needed: a shop on the mock never loads it. */
const stripe = (): Promise<Stripe> =>
  perProcess('stripe', async () => {
    const { default: Client } = await import('stripe');
    const { hostname, port, protocol } = new URL(config.STRIPE_API_ENDPOINT);
    return new Client(required('STRIPE_SECRET_KEY'), {
      host: hostname,
      protocol: protocol === 'http:' ? 'http' : 'https',
      ...(port ? { port } : {}),
      timeout: limitMs,
      maxNetworkRetries: 0, // `call` repeats: it looks at the signal first
      telemetry: false,
    });
  });

/**
 * Makes one call, repeated once where that can help, and nothing is sent after the signal has aborted.
 * @param work sends the same idempotency key in both tries, so that a repeat does nothing twice
 */
async function call<T>(signal: AbortSignal, work: (client: Stripe) => Promise<T>): Promise<Outcome<T>> {
  if (config.STRIPE_SECRET_KEY === undefined) return { outcome: 'away', cause: new Error('STRIPE_SECRET_KEY is not set') };
  for (let attempt = 1; ; attempt++) {
    try {
      if (attempt > 1) await setTimeout(pauseMs, undefined, { signal });
      const client = await stripe();
      signal.throwIfAborted();
      return { outcome: 'done', value: await work(client) };
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome.outcome === 'refused' || attempt === tries || signal.aborted || !mayRepeat(error)) return outcome;
    }
  }
}

/** A call that changes an intent. When the intent is past that (paid or canceled meanwhile), what it is now is the answer. */
async function change(intentId: string, signal: AbortSignal, work: (client: Stripe) => Promise<Stripe.PaymentIntent>) {
  const outcome = await call(signal, work);
  if (outcome.outcome === 'refused' && outcome.code === 'unexpected-state') return stripeProvider.readIntent(intentId, signal);
  return intentOutcome(outcome);
}

/** Real Stripe, by its SDK. The browser gives us a payment method's id (Payment Element), never a card. */
export const stripeProvider: PaymentProvider = {
  // Parameters that change make Stripe refuse keys that an earlier release has used: see `idempotency_error` in stripe-errors.ts.
  async createIntent({ key, orderId, amount }, signal) {
    const wanted = {
      amount: amount.amount,
      currency: amount.currency.toLowerCase(),
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const },
      metadata: { orderId },
    };
    return intentOutcome(await call(signal, (client) => client.paymentIntents.create(wanted, { idempotencyKey: key })));
  },

  // After the shopper has acted (3-D Secure) the intent needs no second confirm: its status is the answer.
  async confirmIntent(intentId, paymentMethod, signal) {
    const present = await stripeProvider.readIntent(intentId, signal);
    if (present.outcome !== 'done' || !['requires_confirmation', 'failed'].includes(present.value.status)) return present;
    const idempotencyKey = randomUUID(); // for the two tries of this call only: the same card may be tried again later
    return change(intentId, signal, async (client) => {
      try {
        const params = { payment_method: paymentMethod, use_stripe_sdk: true };
        return await client.paymentIntents.confirm(intentId, params, { idempotencyKey });
      } catch (error) {
        if ((error as { type?: unknown }).type !== 'StripeCardError') throw error;
        return client.paymentIntents.retrieve(intentId); // declined: the intent keeps why
      }
    });
  },

  readIntent: async (intentId, signal) => intentOutcome(await call(signal, (client) => client.paymentIntents.retrieve(intentId))),

  cancelIntent: (intentId, signal) => change(intentId, signal, (client) => client.paymentIntents.cancel(intentId)),

  async refund({ key, intentId, amount }, signal) {
    const wanted = { payment_intent: intentId, amount: amount.amount, metadata: { refundId: key } };
    const outcome = await call(signal, (client) => client.refunds.create(wanted, { idempotencyKey: key }));
    return outcome.outcome === 'done' ? { outcome: 'done', value: refundOf(outcome.value) } : outcome;
  },

  async readRefunds(intentId, signal) {
    const outcome = await call(signal, (client) =>
      client.refunds.list({ payment_intent: intentId, limit: 100 }).autoPagingToArray({ limit: 1_000 }),
    );
    return outcome.outcome === 'done' ? { outcome: 'done', value: outcome.value.map(refundOf) } : outcome;
  },
};

const statuses: Partial<Record<string, ProviderIntent['status']>> = {
  requires_payment_method: 'requires_confirmation',
  requires_confirmation: 'requires_confirmation',
  requires_action: 'requires_action',
  processing: 'processing',
  requires_capture: 'processing',
  succeeded: 'succeeded',
  canceled: 'canceled',
};

const intentOutcome = (outcome: Outcome<Stripe.PaymentIntent>): Outcome<ProviderIntent> =>
  outcome.outcome === 'done' ? { outcome: 'done', value: intentOf(outcome.value) } : outcome;

/** An intent in our words: Stripe sends a declined one back to `requires_payment_method` and keeps the error. */
function intentOf({ id, client_secret, status, last_payment_error, latest_charge }: Stripe.PaymentIntent): ProviderIntent {
  const decline = status === 'requires_payment_method' ? last_payment_error : null;
  return {
    id,
    clientSecret: client_secret ?? '',
    status: decline ? 'failed' : (statuses[status] ?? 'processing'),
    lastError: decline ? { code: 'card-declined', message: foreignText(decline.message ?? 'Your card was declined.') } : null,
    declineId: decline ? declineIdOf(id, DeclinedIntent.parse({ latest_charge, last_payment_error: decline })) : null,
  };
}

function refundOf({ id, amount, metadata, status, failure_reason }: Stripe.Refund): ProviderRefund {
  const failed = status === 'failed' || status === 'canceled';
  return {
    id,
    key: metadata?.refundId ?? null,
    amount,
    status: failed ? 'failed' : status === 'succeeded' ? 'succeeded' : 'pending', // requires_action: the shopper's bank waits for the shopper
    failure: failed ? refundFailure(failure_reason ?? (status === 'canceled' ? 'merchant_request' : null)) : null,
  };
}
