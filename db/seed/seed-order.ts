import { usDollars } from '#functions/currency/lib/convert.ts';
import type { Address } from '#functions/orders/lib/contract.ts';
import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import { taxContained } from '#functions/orders/lib/tax.ts';
import { type ShippingMethod, shippingCost } from '#functions/shipping/lib/methods.ts';
import type { SeedProduct } from './catalog.ts';
import { adminUserId, seedId } from './ids.ts';

export interface SeedOrder {
  id: string;
  number: string;
  status: OrderStatus;
  userId: string | null;
  email: string;
  currency: 'USD';
  rateMicros: number;
  items: { productId: string; name: string; imageUrl: string; quantity: number; unitPrice: number; lineTotal: number }[];
  subtotal: number;
  shipping: number;
  /** Contained in `total`: prices include tax. */
  tax: number;
  total: number;
  shippingMethod: ShippingMethod;
  shippingAddress: Address;
  tracking: { carrier: string; number: string } | null;
  history: { id: string; status: OrderStatus; actor: string; reason: string | null; at: Date }[];
  payment: { id: string; intentId: string; clientSecret: string; amount: number; createdAt: Date; settledAt: Date } | null;
  refund: { id: string; providerRefundId: string; amount: number; reason: string; createdAt: Date } | null;
  /** As history and stock journal name who placed it. */
  buyer: string;
  /** Whether the pieces are the order's: a cancelled order has given them back. */
  keepsStock: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export interface Customer {
  email: string;
  userId?: string;
  address: Address;
}

/** What somebody ordered, and what became of it. */
export interface PlacedOrder {
  number: string;
  customer: Customer;
  createdAt: Date;
  method: ShippingMethod;
  items: readonly (readonly [product: Pick<SeedProduct, 'id' | 'name' | 'imageUrl' | 'priceAmount'>, quantity: number])[];
  /** The states after `pending_payment`, with the milliseconds since the order was placed. */
  later: readonly (readonly [status: OrderStatus, after: number])[];
  reason?: string;
  tracking?: { carrier: string; number: string };
}

function actorOf(status: OrderStatus, buyer: string): string {
  if (status === 'paid') return 'provider';
  return status === 'pending_payment' || status === 'cancelled' ? buyer : `admin:${adminUserId}`;
}

/**
 * All that the shop's tables keep of an order, priced by its own rules. Ids follow from the number, so that it is the same order at another hour.
 * @param idsFrom the instant in its ids, which is fixed too: `created_at` is what lists sort by
 */
export function seedOrder(placed: PlacedOrder, idsFrom: Date): SeedOrder {
  const idOf = (what: string) => seedId(idsFrom, `order:${placed.number}:${what}`);
  const { createdAt } = placed;
  const at = (after: number) => new Date(createdAt.getTime() + after);
  const { address, email, userId } = placed.customer;

  const items = placed.items.map(([{ id: productId, name, imageUrl, priceAmount: unitPrice }, quantity]) => {
    return { productId, name, imageUrl, quantity, unitPrice, lineTotal: unitPrice * quantity };
  });
  const subtotal = items.reduce((total, item) => total + item.lineTotal, 0);
  const pieces = items.reduce((count, item) => count + item.quantity, 0);
  const shipping = shippingCost(placed.method, { country: address.country, pieces, subtotal });
  const total = subtotal + shipping;
  const tax = taxContained(total, address.country);

  const buyer = userId ? `shopper:${userId}` : 'guest';
  const steps = [['pending_payment', 0] as const, ...placed.later];
  const last = steps.at(-1) ?? ['pending_payment', 0];
  const history = steps.map(([status, after]) => ({
    id: idOf(status),
    status,
    actor: actorOf(status, buyer),
    reason: status === last[0] ? (placed.reason ?? null) : null,
    at: at(after),
  }));
  const paidAfter = placed.later.find(([status]) => status === 'paid')?.[1];
  const refundedAfter = placed.later.find(([status]) => status === 'refunded')?.[1];
  const key = placed.number.replaceAll('-', '').toLowerCase();

  return {
    id: idOf('order'),
    number: placed.number,
    status: last[0],
    userId: userId ?? null,
    email,
    currency: 'USD',
    rateMicros: Number(usDollars.micros),
    items,
    subtotal,
    shipping,
    tax,
    total,
    shippingMethod: placed.method,
    shippingAddress: address,
    tracking: placed.tracking ?? null,
    history,
    payment:
      paidAfter === undefined
        ? null
        : {
            id: idOf('payment'),
            intentId: `pi_seed_${key}`,
            clientSecret: `pi_seed_${key}_secret_${idOf('secret').slice(-12)}`,
            amount: total,
            createdAt,
            settledAt: at(paidAfter),
          },
    refund:
      refundedAfter === undefined
        ? null
        : {
            id: idOf('refund'),
            providerRefundId: `re_seed_${key}`,
            amount: total,
            reason: placed.reason ?? '',
            createdAt: at(refundedAfter),
          },
    buyer,
    keepsStock: last[0] !== 'cancelled',
    createdAt,
    updatedAt: at(last[1]),
  };
}
