import { addressLines } from '#functions/orders/lib/address-lines.ts';
import type { Order, Tracking } from '#functions/orders/lib/contract.ts';
import { shippingName } from '#functions/shipping/lib/methods.ts';
import type { Money } from '#platform/money.ts';
import { type Amount, type Block, type MailContent, onOneLine, typed } from './content.ts';
import { formatsOf } from './formats.ts';

// Events come late and in any order. A mail says what its event says, and of the order only what never changes or holds at any time: never
// "your order is paid" where it was cancelled meanwhile.

/** An order as a mail tells of it. */
export interface OrderFacts {
  order: Order;
  /** Opens the order's page; a guest's has the order's token. */
  orderUrl: string;
  /** When the event happened. */
  at: Date;
}

export function orderReceived({ order, orderUrl }: OrderFacts): MailContent {
  const { moment } = formatsOf(order.shippingAddress.country);
  return {
    subject: `Your order ${order.number}`,
    preview: 'Thank you. This is what you ordered.',
    heading: 'Thank you for your order',
    blocks: [
      hello(order),
      paragraph(`We received your order ${order.number} on ${moment(order.createdAt)}. We pack and send an order once it is paid.`),
      items(order),
      deliveryAddress(order),
      viewOrder(orderUrl),
    ],
  };
}

export function receipt({ order, orderUrl, at }: OrderFacts): MailContent {
  const { money, moment } = formatsOf(order.shippingAddress.country);
  return {
    subject: `Receipt for your order ${order.number}`,
    preview: `We received your payment of ${money(order.total)}.`,
    heading: 'Your payment arrived',
    blocks: [
      hello(order),
      paragraph(`Thank you. We received your payment of ${money(order.total)} for order ${order.number} on ${moment(at)}.`),
      items(order),
      deliveryAddress(order),
      viewOrder(orderUrl),
    ],
  };
}

/** @param heldUntil when the order ends unless it is paid */
export function paymentFailed({ order, orderUrl, amount, heldUntil }: OrderFacts & { amount: Money; heldUntil: Date }): MailContent {
  const { money, moment } = formatsOf(order.shippingAddress.country);
  return {
    subject: `Your payment for order ${order.number} did not go through`,
    preview: 'Nothing was charged. You can try again.',
    heading: 'Your payment did not go through',
    blocks: [
      hello(order),
      paragraph(`Your bank did not accept the payment of ${money(amount)} for order ${order.number}. Nothing was charged.`),
      paragraph(`We hold your items until ${moment(heldUntil)}. Until then you can pay with another card, or try the same one again.`),
      { type: 'button', label: 'Pay now', url: orderUrl },
    ],
  };
}

export function packed({ order, orderUrl, at }: OrderFacts): MailContent {
  const { moment } = formatsOf(order.shippingAddress.country);
  return {
    subject: `Your order ${order.number} is packed`,
    preview: 'It is ready for the carrier.',
    heading: 'Your order is packed',
    blocks: [
      hello(order),
      paragraph(`Your order ${order.number} was packed on ${moment(at)}, ready for the carrier.`),
      deliveryAddress(order),
      viewOrder(orderUrl),
    ],
  };
}

/** @param tracking null where the parcel has none */
export function shipped({ order, orderUrl, tracking }: OrderFacts & { tracking: Tracking | null }): MailContent {
  return {
    subject: `Your order ${order.number} was sent`,
    preview: tracking ? onOneLine(`${tracking.carrier}, tracking number ${tracking.number}.`) : 'Your parcel is with the carrier.',
    heading: 'Your parcel was sent',
    blocks: [
      hello(order),
      paragraph(`We gave your order ${order.number} to the carrier.`),
      ...(tracking ? [lines('Tracking', [tracking.carrier, tracking.number].map(onOneLine))] : []),
      items(order),
      deliveryAddress(order),
      viewOrder(orderUrl),
    ],
  };
}

/** @param amount what went back by this refund @param reason why, where somebody said so */
export function refunded({ order, orderUrl, amount, reason }: OrderFacts & { amount: Money; reason: string | null }): MailContent {
  const { money } = formatsOf(order.shippingAddress.country);
  const part = amount.amount < order.total.amount;
  return {
    subject: part ? `Part of your order ${order.number} was refunded` : `Your order ${order.number} was refunded`,
    preview: `${money(amount)} went back to you.`,
    heading: `${money(amount)} went back to you`,
    blocks: [
      hello(order),
      paragraph(
        `We sent ${money(amount)} of your payment for order ${order.number} back the way it came. Your bank may need a few days to show it.`,
      ),
      ...(reason === null ? [] : [lines('Reason', [typed(reason)])]),
      items(order, [
        { label: 'Refunded now', amount: money(amount), strong: true },
        ...(order.refunded.amount > amount.amount ? [{ label: 'Refunded in all', amount: money(order.refunded) }] : []),
      ]),
      viewOrder(orderUrl),
    ],
  };
}

export function cancelled({ order, orderUrl, reason, at }: OrderFacts & { reason: string | null }): MailContent {
  const { moment } = formatsOf(order.shippingAddress.country);
  return {
    subject: `Your order ${order.number} was cancelled`,
    preview: 'We do not send it, and you do not have to pay it.',
    heading: 'Your order was cancelled',
    blocks: [
      hello(order),
      paragraph(`Your order ${order.number} was cancelled on ${moment(at)}. We do not send it, and you do not have to pay it.`),
      paragraph('Should a payment for it arrive all the same, we send it back at once.'),
      ...(reason === null ? [] : [lines('Reason', [typed(reason)])]),
      items(order),
      viewOrder(orderUrl),
    ],
  };
}

export function expired({ order, orderUrl, at }: OrderFacts): MailContent {
  const { moment } = formatsOf(order.shippingAddress.country);
  return {
    subject: `Your order ${order.number} was not paid in time`,
    preview: 'Its items went back on sale.',
    heading: 'Your order was not paid in time',
    blocks: [
      hello(order),
      paragraph(`No payment for your order ${order.number} arrived by ${moment(at)}, so its items went back on sale.`),
      paragraph('Should your payment arrive late, we send your order if the items are still there, and your money back if not.'),
      items(order),
      viewOrder(orderUrl),
    ],
  };
}

/** To the shop's admin: money that a shopper waits for. @param orderUrl the order's page for admins */
export function refundFailed({ order, orderUrl, amount, code }: OrderFacts & { amount: Money; code: string }): MailContent {
  const { money } = formatsOf(undefined);
  return {
    subject: `A refund of order ${order.number} failed`,
    preview: `${money(amount)} could not go back: ${code}.`,
    heading: 'A refund failed',
    blocks: [
      paragraph(`${money(amount)} of order ${order.number} could not go back to the shopper. The payment provider says: ${code}.`),
      paragraph('The amount is free again. Refund it once more from the order’s page, or another way.'),
      { type: 'button', label: 'Open the order', url: orderUrl },
    ],
  };
}

const paragraph = (text: string): Block => ({ type: 'paragraph', text });
const lines = (title: string, all: readonly string[]): Block => ({ type: 'lines', title, lines: all });
const hello = ({ shippingAddress }: Order): Block => paragraph(`Hello ${typed(shippingAddress.name)},`);
const viewOrder = (url: string): Block => ({ type: 'button', label: 'View your order', url });
const deliveryAddress = ({ shippingAddress }: Order): Block => lines('Delivery address', addressLines(shippingAddress).map(typed));

/** What was ordered, its total, and what else comes below it. */
function items({ items, subtotal, shipping, shippingMethod, tax, total, shippingAddress }: Order, more: readonly Amount[] = []): Block {
  const { money } = formatsOf(shippingAddress.country);
  return {
    type: 'items',
    items: items.map(({ name, quantity, unitPrice, lineTotal }) => ({
      name: onOneLine(name),
      quantity,
      unitPrice: money(unitPrice),
      lineTotal: money(lineTotal),
    })),
    totals: [
      { label: 'Items', amount: money(subtotal) },
      { label: `${shippingName(shippingMethod)} shipping`, amount: money(shipping) },
      { label: 'Total', amount: money(total), strong: more.length === 0 },
      ...(tax.amount > 0 ? [{ label: 'Tax in the total', amount: money(tax) }] : []),
      ...more,
    ],
  };
}
