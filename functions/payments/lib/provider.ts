import { outage, Problem } from '#platform/errors.ts';
import type { Money } from '#platform/money.ts';
import type { Intent } from './contract.ts';
import { mockProvider } from './mock-provider.pg.ts';

/** A payment intent as the provider sees it. */
export type ProviderIntent = Pick<Intent, 'id' | 'clientSecret' | 'status' | 'lastError'>;

/**
 * What Kelvo needs of a payment provider. Calls are keyed by stored attempts: asking twice does a thing once.
 * Never call it inside a transaction: an answer may take seconds, and what it did stays done.
 */
export interface PaymentProvider {
  readonly name: 'mock' | 'stripe';
  createIntent(request: { key: string; orderId: string; amount: Money }): Promise<ProviderIntent>;
  /** @throws Problem 422 `unknown-payment-method` */
  confirmIntent(intentId: string, paymentMethod: string): Promise<ProviderIntent>;
  /** Ends an intent. One that has succeeded already stays so: look at the status. */
  cancelIntent(intentId: string): Promise<ProviderIntent>;
  refund(request: { key: string; intentId: string; amount: Money }): Promise<{ id: string }>;
}

/** The provider that configuration names; a call of it that fails for another reason than a refusal is an outage. */
export const provider = (): PaymentProvider => guarded(mockProvider);

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
