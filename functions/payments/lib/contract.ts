import * as z from 'zod/mini';
import { intentStatuses, OrderRefund } from '#functions/orders/lib/contract.ts';
import { defineEvent } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Uuid, words } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';

export const IntentId = z.string().check(z.regex(/^pi_[A-Za-z0-9_]{8,120}$/, 'must be a payment intent id'));

export const Intent = z.strictObject({
  id: z.string(),
  clientSecret: z.string(),
  orderId: Uuid,
  amount: Money,
  status: z.enum(intentStatuses),
  lastError: z.nullable(z.strictObject({ code: z.string(), message: z.string() })),
});
export type Intent = z.infer<typeof Intent>;

export const getPaymentConfigRoute = defineRoute({
  method: 'GET',
  path: '/api/payment/config',
  auth: 'public',
  summary: 'How this shop is paid: what the browser needs to know of the provider',
  answers: { 200: z.strictObject({ provider: z.enum(['mock', 'stripe']), publishableKey: z.nullable(z.string()) }) },
  cacheable: true,
});

export const createIntentRoute = defineRoute({
  method: 'POST',
  path: '/api/payment/create-intent',
  auth: 'public',
  credential: 'order-token',
  summary: 'Begin to pay an order; an order that has an open intent answers that one',
  body: z.strictObject({ orderId: Uuid }),
  answers: { 201: Intent, 200: Intent },
  problems: [
    'idempotency-key-required',
    'idempotency-key-reused',
    'in-progress',
    'order-not-found',
    'already-paid',
    'not-payable',
    'payment-refused',
    'provider-unavailable',
  ],
  idempotent: true,
});

export const confirmPaymentRoute = defineRoute({
  method: 'POST',
  path: '/api/payment/confirm',
  auth: 'public',
  credential: 'order-token',
  summary: 'Pay an intent with a payment method; a decline is an answer too, and the intent can be tried again',
  body: z.strictObject({
    intentId: IntentId,
    paymentMethod: z.string().check(z.regex(/^pm_[A-Za-z0-9_]{3,80}$/, 'must be a payment method id, never a card number')),
  }),
  answers: { 200: Intent },
  problems: ['payment-not-found', 'not-payable', 'unknown-payment-method', 'payment-refused', 'provider-unavailable'],
});

/** Stripe's event (docs.stripe.com/api/events). Of `data` only what a type needs is read, when its turn comes. */
export const WebhookEvent = z.looseObject({ id: z.string(), type: z.string(), data: z.optional(z.unknown()) });

export const paymentWebhookRoute = defineRoute({
  method: 'POST',
  path: '/api/payment/webhook',
  auth: 'webhook',
  summary: "Hear from the payment provider; signed in the header stripe-signature, by Stripe's scheme",
  body: WebhookEvent,
  answers: { 200: z.strictObject({ received: z.boolean() }) },
  problems: ['invalid-signature', 'provider-unavailable'],
});

export const paymentFailed = defineEvent({
  type: 'payment.failed.v1',
  summary: "an attempt to pay was declined; `code` says why, as in the intent's `lastError`",
  data: z.strictObject({ orderId: Uuid, intentId: z.string(), amount: Money, code: z.string() }),
});

export const Refund = z.extend(OrderRefund, { orderId: Uuid });
export type Refund = z.infer<typeof Refund>;

export const refundOrderRoute = defineRoute({
  method: 'POST',
  path: '/api/payment/refund',
  auth: 'admin',
  summary: 'Give money back: an amount, or all that is left of what an order was paid with',
  body: z.strictObject({
    orderId: Uuid,
    amount: z.optional(z.strictObject({ amount: z.int().check(z.gte(1, 'must be at least 1')), currency: Currency })),
    reason: z.optional(words(500)),
  }),
  answers: { 201: Refund },
  problems: [
    'idempotency-key-required',
    'idempotency-key-reused',
    'in-progress',
    'order-not-found',
    'not-refundable',
    'refund-too-large',
    'currency-mismatch',
    'provider-unavailable',
  ],
  idempotent: true,
});

export const paymentRefunded = defineEvent({
  type: 'payment.refunded.v1',
  summary: 'money went back; `order.refunded.v1` follows when all of it did',
  data: z.strictObject({ orderId: Uuid, refundId: Uuid, amount: Money }),
});

export const refundFailed = defineEvent({
  type: 'payment.refund-failed.v1',
  summary: "money could not go back, at once or days later; `code` says why, as in the refund's `failure`",
  data: z.strictObject({ orderId: Uuid, refundId: Uuid, amount: Money, code: z.string() }),
});
