import { foreignText } from '#platform/foreign-text.ts';
import type { Outcome, RefusalCode } from './payment-provider.ts';

/** The fields of an error of Stripe's SDK (docs.stripe.com/api/errors). */
interface StripeError {
  type?: string;
  statusCode?: number;
  code?: string;
  param?: string;
  message?: string;
  headers?: Record<string, string | undefined>;
}

type Reason = readonly [code: RefusalCode, message: string];

/**
 * How Stripe's error codes end a call (docs.stripe.com/error-codes). Every 4xx is for good unless it stands in `mendable` or its status says
 * "not now"; those without a row are `rejected`.
 */
const refusals: Record<string, Reason> = {
  amount_too_large: ['amount-too-large', 'The amount is more than the payment provider takes.'],
  amount_too_small: ['amount-too-small', 'The amount is less than the payment provider takes.'],
  charge_already_refunded: ['already-refunded', 'All of it was given back already.'],
  charge_disputed: ['disputed', "The shopper's bank disputes this payment, so the money goes back through the dispute."],
  charge_not_refundable: ['rejected', 'The payment provider cannot give this payment back.'],
  payment_intent_unexpected_state: ['unexpected-state', 'The payment has moved on meanwhile.'],
  refund_disputed_payment: ['disputed', "The shopper's bank disputes this payment, so the money goes back through the dispute."],
  resource_missing: ['unknown-intent', 'The payment provider does not know this payment.'],
};

/** Faults of our account or key: an operator mends them, and then the same call is done. */
const mendable = new Set([
  'account_invalid',
  'api_key_expired',
  'livemode_mismatch',
  'platform_api_key_expired',
  'secret_key_required',
  'testmode_charges_only',
  'tls_version_unsupported',
]);

/** Not now: no key, no permission, another call with this key under way (409), an outage behind Stripe (424), too many calls (429). */
const notNow = new Set([401, 403, 409, 424, 429]);

/**
 * The outcome that an error stands for.
 * - A declined card (402) of a confirm is no error to us: the adapter reads the intent instead.
 * - `idempotency_error`: the key was used with other parameters, by an earlier version of this code. It stays so: refused.
 * - A 5xx with `idempotent-replayed` is a failure that Stripe has stored under the key and repeats for 24 hours
 *   (docs.stripe.com/api/idempotent_requests): only another key gets another answer, so it is refused too. Whoever asked has to look what was done.
 * - No status: no connection, or a time-out.
 */
export function outcomeOf(error: unknown): Exclude<Outcome<never>, { outcome: 'done' }> {
  const { type, statusCode, code = '', param, message = '', headers } = error as StripeError;
  const away = { outcome: 'away', cause: error } as const;
  const refused = ([refusal, text]: Reason) => ({ outcome: 'refused', code: refusal, message: text }) as const;
  if (statusCode === undefined || notNow.has(statusCode) || mendable.has(code) || code === 'lock_timeout' || code === 'rate_limit')
    return away;
  if (statusCode >= 500) {
    return headers?.['idempotent-replayed'] === 'true'
      ? refused(['rejected', 'The payment provider failed while handling it. A new try may succeed.'])
      : away;
  }
  if (param === 'payment_method') return refused(['unknown-payment-method', 'The payment provider does not know this payment method.']);
  if (type === 'StripeIdempotencyError') return refused(['rejected', 'It was requested before with other details. A new try may succeed.']);
  return refused((Object.hasOwn(refusals, code) && refusals[code]) || ['rejected', `It answers: ${foreignText(message)}`]);
}

/** Whether the very same call may be done the next moment: a connection that broke, or trouble on Stripe's side. */
export function mayRepeat(error: unknown): boolean {
  const { statusCode, headers } = error as StripeError;
  if (headers?.['stripe-should-retry'] === 'false') return false;
  return statusCode === undefined || statusCode === 409 || statusCode >= 500;
}
