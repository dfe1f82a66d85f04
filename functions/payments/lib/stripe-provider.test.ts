import { describe, expect, it } from 'vitest';
import { stripeProvider } from './stripe-provider.client.ts';

describe('Stripe without a key', () => {
  const { signal } = new AbortController();
  const request = { key: 'k', orderId: 'o', intentId: 'pi_1', amount: { amount: 100, currency: 'USD' as const } };
  const calls = {
    createIntent: () => stripeProvider.createIntent(request, signal),
    confirmIntent: () => stripeProvider.confirmIntent('pi_1', 'pm_card_visa', signal),
    readIntent: () => stripeProvider.readIntent('pi_1', signal),
    cancelIntent: () => stripeProvider.cancelIntent('pi_1', signal),
    refund: () => stripeProvider.refund(request, signal),
    readRefunds: () => stripeProvider.readRefunds('pi_1', signal),
  } satisfies Record<keyof typeof stripeProvider, () => Promise<unknown>>;

  // A shop that went back to the mock still has payments that were begun at Stripe: they wait until the key is there again.
  it.each(Object.entries(calls))('is away: %s', async (_, call) => {
    expect(await call()).toMatchObject({ outcome: 'away', cause: { message: 'STRIPE_SECRET_KEY is not set' } });
  });
});
