import { expect, test } from 'vitest';
import type { Order } from '#functions/orders/lib/contract.ts';
import { newsOf } from './order-news.ts';
import { isSettled } from './status-words.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' as const });
const refund = (status: Order['refunds'][number]['status'], id = '1') => ({ id, amount: usd(500), status }) as Order['refunds'][number];
const order = (what: Partial<Order> = {}) =>
  ({ number: 'K-1', status: 'paid', payment: null, refunds: [], refunded: usd(0), refundDue: usd(0), ...what }) as Order;
const underWay = { status: 'pending_payment', payment: { intentId: 'pi', status: 'processing' } } as const;

test.each<[string, Partial<Order>, Partial<Order>, string | undefined]>([
  ['nothing, where nothing changed', {}, {}, undefined],
  ['a new status', {}, { status: 'shipped', tracking: { carrier: 'x', number: 'y' } }, 'Order K-1 is now: Shipped.'],
  ['money that went back', {}, { refunded: usd(1050), refunds: [refund('succeeded')] }, 'Order K-1: $10.50 was given back.'],
  ['how much more went back', { refunded: usd(1000) }, { refunded: usd(1500) }, 'Order K-1: $5.00 was given back.'],
  ['a refund that waits', {}, { refunds: [refund('pending')] }, 'Order K-1: a refund is on its way.'],
  ['nothing of one that failed: an alert says it', { refunds: [refund('pending')] }, { refunds: [refund('failed')] }, undefined],
  ['a payment under way', { status: 'pending_payment' }, underWay, 'Order K-1: the payment is on its way.'],
  [
    'one that did not arrive',
    underWay,
    { ...underWay, payment: { intentId: 'pi', status: 'failed' } },
    'Order K-1: the payment did not arrive. It can be paid again.',
  ],
])('an order tells %s', (_, before, after, text) => {
  expect(newsOf(order(before), order(after))).toBe(text);
});

test.each<[Partial<Order>, boolean]>([
  [{ status: 'delivered' }, true],
  [{ status: 'refunded', refunds: [refund('succeeded')] }, true],
  [{ status: 'refunded', refunds: [refund('succeeded'), refund('pending', '2')] }, false],
  [{ status: 'refunded', refundDue: usd(5) }, false],
  [{ status: 'delivered', refunds: [refund('pending')] }, false],
  [{ status: 'cancelled' }, false], // a payment may still arrive late
  [{ status: 'shipped' }, false],
  [underWay, false],
])('an order that is %j is settled: %s', (what, settled) => {
  expect(isSettled(order(what))).toBe(settled);
});
