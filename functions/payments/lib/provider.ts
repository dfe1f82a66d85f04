import { config } from '#platform/config.ts';
import { outage, Problem } from '#platform/errors.ts';
import { faultNow } from '#platform/faults/faults.ts';
import { disturbedProvider, isTestKey } from './disturbed-provider.ts';
import { mockProvider } from './mock-provider.pg.ts';
import type { PaymentProvider, ProviderName, Refusal } from './payment-provider.ts';
import { stripeProvider } from './stripe-provider.client.ts';
import { tracedProvider } from './traced-provider.ts';

const providers: Record<ProviderName, PaymentProvider> = {
  mock: tracedProvider('mock', mockProvider),
  stripe: tracedProvider('stripe', stripeProvider),
};

/** The provider that a payment began with: it alone knows the payment, whatever the shop is configured for by now. */
export const providerOf = ({ provider: name }: { provider: ProviderName }): PaymentProvider => {
  const provider = providers[name];
  const disturbed = faultNow('payment-declines') || faultNow('provider-slow') || faultNow('provider-away');
  return disturbed ? disturbedProvider(provider, { mayDecline: name === 'mock' || isTestKey(config.STRIPE_SECRET_KEY) }) : provider;
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
