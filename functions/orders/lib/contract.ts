import * as z from 'zod/mini';
import { cartOrItems, Lines, SessionId } from '#functions/cart/lib/contract.ts';
import { shippingMethods } from '#functions/shipping/lib/methods.ts';
import { defineEvent, type EventContract } from '#platform/events/contract.ts';
import { defineRoute } from '#platform/http/contract.ts';
import { Country, Email, Instant, Phone, PostalCode, page, paging, Uuid, words } from '#platform/http/schemas.ts';
import { Currency, Money } from '#platform/money.ts';
import { needsPostalCode, postalCodeIn } from './address-rules.ts';
import { type NextStatus, orderStates } from './order-states.ts';

/** An address as an order shows it. An old one may lack what is asked for today. */
export const Address = z.strictObject({
  name: words(100),
  line1: words(200),
  line2: z.optional(words(200)),
  city: words(100),
  region: z.optional(words(100)),
  postalCode: z.optional(PostalCode),
  country: Country,
  phone: z.optional(Phone),
});
export type Address = z.infer<typeof Address>;

/** An address that something can be sent to: with a postal code where its country needs one, in that country's form. */
export const ShippingAddress = Address.check(
  z.refine(({ country, postalCode }) => postalCode !== undefined || !needsPostalCode(country), {
    path: ['postalCode'],
    error: 'is required in this country',
    params: { jsonSchema: {} },
  }),
  z.refine(({ country, postalCode }) => postalCode === undefined || postalCodeIn(country, postalCode) !== undefined, {
    path: ['postalCode'],
    error: 'must be a postal code of the country',
    params: {
      jsonSchema: {
        description: 'The postal code is required where no address of the country does without one, and has the form it has there.',
      },
    },
  }),
  z.overwrite((address) => {
    const written = address.postalCode && postalCodeIn(address.country, address.postalCode);
    return written ? { ...address, postalCode: written } : address;
  }),
);

export const Tracking = z.strictObject({ carrier: words(100), number: words(100) });
export type Tracking = z.infer<typeof Tracking>;

export const intentStatuses = ['requires_confirmation', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled'] as const;

export const refundStatuses = ['pending', 'succeeded', 'failed'] as const;

/** A refund of an order: `pending` until the payment provider reports that it succeeded or failed. */
export const OrderRefund = z.strictObject({
  id: Uuid,
  amount: Money,
  status: z.enum(refundStatuses),
  reason: z.nullable(z.string()),
  /** Why it failed; its amount can be refunded again. */
  failure: z.nullable(z.strictObject({ code: z.string(), message: z.string() })),
  createdAt: Instant,
});

export const Order = z.strictObject({
  id: Uuid,
  /** Random, for people: K-XXXX-XXXX. */
  number: z.string(),
  status: z.enum(orderStates),
  email: z.string(),
  items: z.array(
    z.strictObject({ productId: Uuid, name: z.string(), imageUrl: z.string(), quantity: z.int(), unitPrice: Money, lineTotal: Money }),
  ),
  subtotal: Money,
  shipping: Money,
  /** Contained in the total: prices include tax. */
  tax: Money,
  total: Money,
  /** What was given back of it. */
  refunded: Money,
  /** Money that still has to be refunded, because a refund of it failed: an admin has to refund it again. */
  refundDue: Money,
  /** Oldest first. */
  refunds: z.array(OrderRefund),
  shippingMethod: z.enum(shippingMethods),
  shippingAddress: Address,
  tracking: z.nullable(Tracking),
  /** News of the parcel also goes to the address's phone by text message: consent was given at checkout, and not withdrawn. */
  smsConsent: z.boolean(),
  payment: z.nullable(z.strictObject({ intentId: z.string(), status: z.enum(intentStatuses) })),
  history: z.array(z.strictObject({ status: z.enum(orderStates), at: Instant, reason: z.nullable(z.string()) })),
  createdAt: Instant,
});
export type Order = z.infer<typeof Order>;

export const placeOrderRoute = defineRoute({
  method: 'POST',
  path: '/api/orders',
  auth: 'public',
  summary: 'Turn a cart or a list of items into an order awaiting payment; its stock is held',
  body: z
    .strictObject({
      sessionId: z.optional(SessionId),
      items: z.optional(Lines),
      email: Email,
      shippingAddress: ShippingAddress,
      shippingMethod: z.enum(shippingMethods),
      currency: z.optional(Currency),
      /** The total the shopper saw: another one is refused as `price-changed`. */
      expectedTotal: z.optional(Money),
      /** Whether news of the parcel may go to the address's phone by text message. */
      smsConsent: z.optional(z.boolean()),
    })
    .check(
      cartOrItems,
      z.refine(({ smsConsent, shippingAddress }) => smsConsent !== true || shippingAddress.phone !== undefined, {
        path: ['shippingAddress', 'phone'],
        error: 'is required for text messages',
        params: {
          jsonSchema: {
            anyOf: [
              { type: 'object', properties: { smsConsent: { const: false } } },
              { type: 'object', properties: { shippingAddress: { type: 'object', required: ['phone'] } } },
            ],
          },
        },
      }),
    ),
  answers: { 201: z.extend(Order, { accessToken: z.optional(z.string()) }) },
  problems: [
    'idempotency-key-required',
    'idempotency-key-reused',
    'in-progress',
    'cart-empty',
    'unknown-product',
    'out-of-stock',
    'price-changed',
    'currency-mismatch',
    'total-too-small',
    'total-too-large',
    'phone-takes-no-texts',
  ],
  idempotent: true,
});

export const getOrderRoute = defineRoute({
  method: 'GET',
  path: '/api/orders/{id}',
  auth: 'public',
  credential: 'order-token',
  summary: 'Read an order; a guest shows its access token in x-order-token',
  params: z.strictObject({ id: Uuid }),
  answers: { 200: Order },
  problems: ['order-not-found'],
  conditional: true,
});

export const listOrdersRoute = defineRoute({
  method: 'GET',
  path: '/api/orders',
  auth: 'shopper',
  summary: 'List your orders, newest first; an admin sees all of them',
  query: z.strictObject({ status: z.optional(z.enum(orderStates)), ...paging }),
  answers: { 200: page(Order) },
  problems: ['invalid-cursor'],
  conditional: true,
});

export const cancelOrderRoute = defineRoute({
  method: 'POST',
  path: '/api/orders/{id}/cancel',
  auth: 'public',
  credential: 'order-token',
  summary: 'Cancel an order that is not shipped; one that was paid is refunded',
  params: z.strictObject({ id: Uuid }),
  body: z.strictObject({ reason: z.optional(words(500)) }),
  optionalBody: true,
  answers: { 200: Order },
  problems: ['order-not-found', 'not-cancellable', 'payment-processing', 'payment-refused', 'refund-refused', 'provider-unavailable'],
});

export const withdrawSmsConsentRoute = defineRoute({
  method: 'DELETE',
  path: '/api/orders/{id}/sms-consent',
  auth: 'public',
  credential: 'order-token',
  summary: 'Withdraw the consent to text messages about an order',
  params: z.strictObject({ id: Uuid }),
  answers: { 204: null },
  problems: ['order-not-found'],
});

export const setStatusRoute = defineRoute({
  method: 'PUT',
  path: '/api/orders/{id}/status',
  auth: 'admin',
  summary: 'Move an order on: packed, then shipped (here with its tracking number), then delivered',
  params: z.strictObject({ id: Uuid }),
  body: z
    .strictObject({
      status: z.enum(['packed', 'shipped', 'delivered']),
      reason: z.optional(words(500)),
      tracking: z.optional(Tracking),
    })
    .check(
      z.refine(({ status, tracking }) => tracking === undefined || status === 'shipped', {
        path: ['tracking'],
        error: 'goes with the status shipped only',
        params: {
          jsonSchema: {
            anyOf: [{ status: { const: 'shipped' } }, { tracking: false }].map((properties) => ({ type: 'object', properties })),
          },
        },
      }),
    ),
  answers: { 200: Order },
  problems: ['order-not-found', 'illegal-transition', 'being-refunded'],
});

/** The data of every `order.*` event. */
export const OrderEventData = z.strictObject({
  orderId: Uuid,
  number: z.string(),
  status: z.enum(orderStates),
  total: Money,
  items: z.array(z.strictObject({ productId: Uuid, quantity: z.int(), unitPrice: Money })),
  /** Tells buyers apart without naming them. */
  buyer: z.string(),
  reason: z.nullable(z.string()),
  /** With order.shipped, where it is known. */
  tracking: z.optional(Tracking),
});

/** `created`, then one for each state that an order can move to. */
export const orderEvents = {
  created: defineEvent({ type: 'order.created.v1', summary: 'an order is placed and holds its stock', data: OrderEventData }),
  paid: defineEvent({ type: 'order.paid.v1', summary: 'a payment succeeded', data: OrderEventData }),
  packed: defineEvent({ type: 'order.packed.v1', summary: 'the parcel is packed', data: OrderEventData }),
  shipped: defineEvent({ type: 'order.shipped.v1', summary: 'the parcel is on its way', data: OrderEventData }),
  delivered: defineEvent({ type: 'order.delivered.v1', summary: 'the parcel arrived', data: OrderEventData }),
  cancelled: defineEvent({ type: 'order.cancelled.v1', summary: 'an unpaid order was cancelled; its stock is back', data: OrderEventData }),
  expired: defineEvent({ type: 'order.expired.v1', summary: 'an order was not paid in time; its stock is back', data: OrderEventData }),
  refunded: defineEvent({ type: 'order.refunded.v1', summary: 'all that was paid has gone back', data: OrderEventData }),
} as const satisfies Record<'created' | NextStatus, EventContract>;
export type OrderEvent = (typeof orderEvents)[keyof typeof orderEvents];
