import { config } from '#platform/config.ts';
import { outage, Problem } from '#platform/errors.ts';
import { faultNow } from '#platform/faults/faults.ts';
import { disturbedProvider, isTestKey } from './disturbed-provider.ts';
import { mockProvider } from './mock-provider.pg.ts';
import type { PaymentProvider, ProviderName, Refusal } from './payment-provider.ts';
import { stripeProvider } from './stripe-provider.client.ts';
import { tracedProvider } from './traced-provider.ts';

const providers: Record<ProviderName, PaymentProvider> = { mock: mockProvider, stripe: stripeProvider };
const traced: Record<ProviderName, PaymentProvider> = {
  mock: tracedProvider('mock', mockProvider),
  stripe: tracedProvider('stripe', stripeProvider),
};

/** The provider that a payment began with: it alone knows the payment, whatever the shop is configured for by now. */
export const providerOf = ({ provider: name }: { provider: ProviderName }): PaymentProvider => {
  const disturbed = faultNow('payment-declines') || faultNow('provider-slow') || faultNow('provider-away');
  if (!disturbed) return traced[name];
  // The span is around the disturbance: it shows how long the call took and how it ended.
  const mayDecline = name === 'mock' || isTestKey(config.STRIPE_SECRET_KEY);
  return tracedProvider(name, disturbedProvider(providers[name], { mayDecline }));
};

/** The provider of new payments. */
export const configuredProvider = (): ProviderName => config.PAYMENT_PROVIDER;

/** The answer to a request that needs a provider which cannot be reached. */
export const providerUnavailable = (cause: unknown): Problem =>
  outage(
    'provider-unavailable',
    'The payment provider cannot be reached at the moment. The order stays as it is; please try again shortly.',
    cause,
  );

/** The answer to a shopper whose payment the provider refuses for good; `reason` is the refusal's code. */
export const paymentRefused = ({ code, message }: Refusal): Problem =>
  new Problem('unprocessable', 'payment-refused', `The payment provider does not take this payment. ${message}`, { reason: code });
