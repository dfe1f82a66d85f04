import type { Money } from '#platform/money.ts';
import type { Intent } from './contract.ts';

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
