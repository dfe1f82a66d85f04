import type { Money } from '#platform/money.ts';
import type { Intent, Refund } from './contract.ts';

export type ProviderName = 'mock' | 'stripe';

/** A payment intent as the provider sees it. */
export type ProviderIntent = Pick<Intent, 'id' | 'clientSecret' | 'status' | 'lastError'> & {
  /** Of an intent that failed, which try it was: a decline that is reported twice has the same id. */
  declineId: string | null;
};

/** A refund as the provider sees it; `failed` is final, also after `succeeded`. */
export interface ProviderRefund {
  id: string;
  /** The key under which we asked for it; null for one made elsewhere, such as in the provider's dashboard. */
  key: string | null;
  /** Minor units of the payment's currency. */
  amount: number;
  status: Refund['status'];
  failure: Refund['failure'];
}

/** Why a provider refuses for good. `rejected` is everything that has no code of its own. */
export type RefusalCode =
  | 'already-refunded'
  | 'amount-too-large'
  | 'amount-too-small'
  | 'disputed'
  | 'rejected'
  | 'unexpected-state'
  | 'unknown-intent'
  | 'unknown-payment-method';

/** For good: asking again the same way gets the same. `message` is for people. */
export interface Refusal {
  outcome: 'refused';
  code: RefusalCode;
  message: string;
}

/** The three ways in which a call of another company ends: done, refused for good, or not answered for now (ask again later). */
export type Outcome<T> = { outcome: 'done'; value: T } | Refusal | { outcome: 'away'; cause: unknown };

/**
 * What Kelvo needs of a payment provider. No call throws: each ends in one of the three outcomes. Creating and refunding are keyed by stored
 * attempts: asking twice does a thing once. Never call it inside a transaction: an answer may take seconds, and what it did stays done.
 * @param signal once it has aborted nothing is sent any more: the call ends as `away`
 */
export interface PaymentProvider {
  createIntent(request: { key: string; orderId: string; amount: Money }, signal: AbortSignal): Promise<Outcome<ProviderIntent>>;
  /** A declined card is no refusal: the intent is `done`, with status `failed`. */
  confirmIntent(intentId: string, paymentMethod: string, signal: AbortSignal): Promise<Outcome<ProviderIntent>>;
  readIntent(intentId: string, signal: AbortSignal): Promise<Outcome<ProviderIntent>>;
  /** Ends an intent. One that has succeeded, or whose money is under way, stays so: look at the status. */
  cancelIntent(intentId: string, signal: AbortSignal): Promise<Outcome<ProviderIntent>>;
  refund(request: { key: string; intentId: string; amount: Money }, signal: AbortSignal): Promise<Outcome<ProviderRefund>>;
  /** All refunds of an intent, those made elsewhere too. */
  readRefunds(intentId: string, signal: AbortSignal): Promise<Outcome<ProviderRefund[]>>;
}
