import * as z from 'zod/mini';
import { foreignText } from '#platform/foreign-text.ts';

/** Stripe's `last_payment_error` of an intent (docs.stripe.com/api/payment_intents/object), as far as it is read. */
const PaymentError = z.object({
  message: z.optional(z.pipe(z.string(), z.transform(foreignText))),
  code: z.optional(z.string()),
  charge: z.optional(z.nullable(z.string())),
  payment_method: z.optional(z.nullable(z.object({ id: z.string() }))),
});
/** An intent that was declined, as far as it is read. */
export const DeclinedIntent = z.object({
  latest_charge: z.catch(z.nullable(z.string()), null),
  last_payment_error: PaymentError,
});

/**
 * Which try a decline ended: the failed charge, or where there was none (the bank's question was answered with no) the payment method, of which
 * the browser makes a new one for every try. Confirm and webhook name the same decline by the same id.
 */
export function declineIdOf(intentId: string, { latest_charge, last_payment_error }: z.infer<typeof DeclinedIntent>): string {
  const { charge, payment_method, code } = last_payment_error;
  return charge ?? latest_charge ?? [intentId, payment_method?.id, code].filter(Boolean).join(':');
}
