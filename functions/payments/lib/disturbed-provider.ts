import { setTimeout } from 'node:timers/promises';
import { faultNow, hits } from '#platform/faults/faults.ts';
import { refusedConnection } from '#platform/faults/nowhere.ts';
import type { Outcome, PaymentProvider } from './payment-provider.ts';

/** A card of Stripe's for tests that is always declined (docs.stripe.com/testing); the mock provider knows it too. */
const declinedCard = 'pm_card_chargeDeclined';

/** How late an answer comes at strength 1. Three calls in a row and what they take by themselves stay below the 29 s of the functions that make them. */
const latestMs = 5_000;

/**
 * A provider as it is while a demo's faults are on. Each call is either not made at all, or made as ever and its true outcome told:
 * - `provider-away`: for its share of the calls a connection is dialled that is refused, so nothing was sent and nothing can be doubled;
 * - `provider-slow`: every answer arrives late, by its strength; what it says stays as it is, and once the signal aborts it is no longer waited for;
 * - `payment-declines`: for its share of the payments another card is put in, which the provider itself declines.
 * @param mayDecline false where cards are real
 */
export function disturbedProvider(provider: PaymentProvider, { mayDecline }: { mayDecline: boolean }): PaymentProvider {
  const cardOf = (paymentMethod: string) => (mayDecline && hits('payment-declines') ? declinedCard : paymentMethod);
  return {
    createIntent: (request, signal) => through(signal, () => provider.createIntent(request, signal)),
    confirmIntent: (intentId, paymentMethod, signal) =>
      through(signal, () => provider.confirmIntent(intentId, cardOf(paymentMethod), signal)),
    readIntent: (intentId, signal) => through(signal, () => provider.readIntent(intentId, signal)),
    cancelIntent: (intentId, signal) => through(signal, () => provider.cancelIntent(intentId, signal)),
    refund: (request, signal) => through(signal, () => provider.refund(request, signal)),
    readRefunds: (intentId, signal) => through(signal, () => provider.readRefunds(intentId, signal)),
  };
}

/** Stripe's keys say what they are for (docs.stripe.com/keys). With any other than a test's the money is real. */
export const isTestKey = (key: string | undefined): boolean => /^[sr]k_test_/.test(key ?? '');

async function through<T>(signal: AbortSignal, call: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  if (hits('provider-away')) return { outcome: 'away', cause: await refusedConnection() };
  const outcome = await call();
  const slow = faultNow('provider-slow');
  // The wait ends with the signal too; the outcome is told all the same, for it is true.
  if (slow) await setTimeout(slow.strength * latestMs, undefined, { signal }).catch(() => undefined);
  return outcome;
}
