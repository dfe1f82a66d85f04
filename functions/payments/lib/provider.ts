import { config } from '#platform/config.ts';
import { outage, Problem } from '#platform/errors.ts';
import { mockProvider } from './mock-provider.pg.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { stripeProvider } from './stripe-provider.client.ts';

/** The provider that configuration names; a call of it that fails for another reason than a refusal is an outage. */
export const provider = (): PaymentProvider => guarded(config.PAYMENT_PROVIDER === 'stripe' ? stripeProvider : mockProvider);

function guarded(port: PaymentProvider): PaymentProvider {
  const guard =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof Problem && error.code !== 'database-unavailable') throw error;
        throw outage(
          'provider-unavailable',
          'The payment provider cannot be reached at the moment. The order stays as it is; please try again shortly.',
          error,
        );
      }
    };
  return {
    name: port.name,
    createIntent: guard(port.createIntent),
    confirmIntent: guard(port.confirmIntent),
    cancelIntent: guard(port.cancelIntent),
    refund: guard(port.refund),
  };
}
