import * as z from 'zod/mini';

/** Stripe's `last_payment_error` of an intent (docs.stripe.com/api/payment_intents/object), as far as it is read. */
export const PaymentError = z.object({
  message: z.optional(z.string()),
  code: z.optional(z.string()),
  charge: z.optional(z.nullable(z.string())),
  payment_method: z.optional(z.nullable(z.object({ id: z.string() }))),
});
type PaymentError = z.infer<typeof PaymentError>;

/**
 * Which try a decline ended: the failed charge, or where there was none (the bank's question was answered with no) the payment method, of which
 * the browser makes a new one for every try. Confirm and webhook name the same decline by the same id.
 */
export function declineIdOf(intentId: string, { charge, payment_method, code }: PaymentError): string {
  return charge ?? [intentId, payment_method?.id, code].filter(Boolean).join(':');
}
