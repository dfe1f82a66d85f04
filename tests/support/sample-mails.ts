import { passwordChanged, welcome } from '#functions/notifications/lib/mails/account-mails.ts';
import type { MailContent } from '#functions/notifications/lib/mails/content.ts';
import * as mails from '#functions/notifications/lib/mails/order-mails.ts';
import type { Order } from '#functions/orders/lib/contract.ts';

const eur = (amount: number) => ({ amount, currency: 'EUR' as const });
const order: Order = {
  id: '0198e7a2-4d10-7c44-8e0a-6f2b9c1d3e55',
  number: 'K-7QJ4-M2XD',
  status: 'paid',
  email: 'jonas.weber@example.com',
  items: [
    { productId: 'x', name: '"Mug" & <script>alert(1)</script>', imageUrl: '', quantity: 2, unitPrice: eur(2399), lineTotal: eur(4798) },
  ],
  subtotal: eur(4798),
  shipping: eur(1499),
  tax: eur(1005),
  total: eur(6297),
  refunded: eur(0),
  refundDue: eur(0),
  refunds: [],
  shippingMethod: 'standard',
  shippingAddress: { name: 'Jonas <Weber>', line1: 'Torstraße 12', city: 'Berlin', postalCode: '10119', country: 'DE' },
  smsConsent: false,
  tracking: null,
  payment: null,
  history: [],
  createdAt: '2026-11-26T14:04:00.000Z',
};
export const sampleFacts = { order, orderUrl: 'https://shop.example/orders/x#token=a&b', at: new Date('2026-11-26T14:05:10Z') };
/** One mail of each kind, with names that would break HTML if they were not escaped. */
export const sampleMails: Record<string, MailContent> = {
  'order-received': mails.orderReceived(sampleFacts),
  receipt: mails.receipt(sampleFacts),
  'payment-failed': mails.paymentFailed({ ...sampleFacts, amount: order.total, heldUntil: new Date('2026-11-26T14:34:00Z') }),
  packed: mails.packed(sampleFacts),
  shipped: mails.shipped({ ...sampleFacts, tracking: { carrier: 'DHL <i>', number: '0034' } }),
  refunded: mails.refunded({ ...sampleFacts, amount: eur(100), reason: '<img src=x>' }),
  cancelled: mails.cancelled({ ...sampleFacts, reason: '<img src=x>' }),
  expired: mails.expired(sampleFacts),
  'refund-failed': mails.refundFailed({ ...sampleFacts, amount: eur(100), code: 'lost_or_stolen_card' }),
  welcome: welcome({ name: 'Grace <Hopper>', shopUrl: 'https://shop.example/products' }),
  'password-changed': passwordChanged({ name: 'Grace', at: sampleFacts.at, accountUrl: 'https://shop.example/account' }),
};
