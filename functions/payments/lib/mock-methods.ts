import type { ProviderIntent } from './payment-provider.ts';

interface Method {
  status: ProviderIntent['status'];
  message?: string;
  /** How a refund of a payment by this method begins, and as what it ends a minute later. */
  refund?: { status: 'pending' | 'succeeded'; endsAs: 'succeeded' | 'failed'; failureReason?: string };
  /** The shopper's bank disputes the payment: refunds are refused. */
  disputed?: true;
}

const declined = (message: string): Method => ({ status: 'failed', message });

/** Stripe's test payment methods (docs.stripe.com/testing), and what becomes of a payment with each. */
export const mockMethods: Record<string, Method> = {
  pm_card_visa: { status: 'succeeded' },
  pm_card_visa_debit: { status: 'succeeded' },
  pm_card_mastercard: { status: 'succeeded' },
  pm_card_amex: { status: 'succeeded' },
  pm_card_declined: declined('Your card was declined.'),
  pm_card_chargeDeclined: declined('Your card was declined.'),
  pm_card_chargeDeclinedInsufficientFunds: declined('Your card has insufficient funds.'),
  pm_card_chargeDeclinedExpiredCard: declined('Your card has expired.'),
  pm_card_authenticationRequired: { status: 'requires_action' },
  pm_card_createDispute: { status: 'succeeded', disputed: true },
  pm_card_pendingRefund: { status: 'succeeded', refund: { status: 'pending', endsAs: 'succeeded' } },
  pm_card_refundFail: {
    status: 'succeeded',
    refund: { status: 'succeeded', endsAs: 'failed', failureReason: 'expired_or_canceled_card' },
  },
  pm_usBankAccount_processing: { status: 'processing' },
};
