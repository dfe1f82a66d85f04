import type { Order } from '#functions/orders/lib/contract.ts';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';

interface Words {
  label: string;
  text: string;
  tone: 'wait' | 'good' | 'off';
}

export const statusWords: Record<OrderStatus, Words> = {
  pending_payment: { label: 'Awaiting payment', text: 'We hold your items while you pay.', tone: 'wait' },
  paid: { label: 'Paid', text: 'Thank you. We are getting your order ready.', tone: 'good' },
  packed: { label: 'Packed', text: 'Your order is packed and waits for the carrier.', tone: 'good' },
  shipped: { label: 'Shipped', text: 'Your order is on its way.', tone: 'good' },
  delivered: { label: 'Delivered', text: 'Your order has arrived. Enjoy!', tone: 'good' },
  cancelled: { label: 'Cancelled', text: 'This order was cancelled. Nothing was charged.', tone: 'off' },
  expired: { label: 'Expired', text: 'This order was not paid in time, so its items went back on sale. Nothing was charged.', tone: 'off' },
  refunded: { label: 'Refunded', text: 'This order was refunded. The money is on its way back to you.', tone: 'off' },
};

/** The way of an order where all goes well. */
export const usualWay: readonly { status: OrderStatus; label: string }[] = [
  { status: 'pending_payment', label: 'Placed' },
  { status: 'paid', label: 'Paid' },
  { status: 'packed', label: 'Packed' },
  { status: 'shipped', label: 'Shipped' },
  { status: 'delivered', label: 'Delivered' },
];

/** The shopper has paid, e.g. by bank account, and the money takes days to arrive: nothing is left to pay, and nothing can be cancelled. */
export const isMoneyUnderWay = ({ status, payment }: Order): boolean => status === 'pending_payment' && payment?.status === 'processing';

export const isPayable = (order: Order): boolean => order.status === 'pending_payment' && !isMoneyUnderWay(order);

/** Before it is shipped an order can be cancelled; one that was paid is refunded then. */
export const isCancellable = (order: Order): boolean => isPayable(order) || order.status === 'paid' || order.status === 'packed';

/** Nothing of it will change any more, unless an admin begins something anew: its page need not look again by itself. */
export const isSettled = ({ status, refunds, refundDue }: Order): boolean =>
  (status === 'delivered' || status === 'refunded') && refundDue.amount === 0 && refunds.every((refund) => refund.status !== 'pending');
