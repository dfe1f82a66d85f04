/** An order's states and the moves between them (DESIGN: "Orders and payments"). Every transition is checked against this table. */
export const orderStates = ['pending_payment', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'expired', 'refunded'] as const;
export type OrderStatus = (typeof orderStates)[number];
/** A state that an order can move to: nothing leads back to `pending_payment`. */
export type NextStatus = Exclude<OrderStatus, 'pending_payment'>;

const next: Record<OrderStatus, readonly OrderStatus[]> = {
  pending_payment: ['paid', 'cancelled', 'expired'],
  paid: ['packed', 'refunded'],
  packed: ['shipped', 'refunded'],
  shipped: ['delivered', 'refunded'],
  delivered: ['refunded'],
  cancelled: ['refunded'], // a late success at the payment provider: what somebody cancelled is never revived
  expired: ['paid', 'refunded'], // a late success: paid where the goods are still there
  refunded: [],
};

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => next[from].includes(to);

/** Whether the order's pieces are taken out of stock: they are given back when it leaves these states before it was shipped. */
export const holdsStock = (status: OrderStatus): boolean => ['pending_payment', 'paid', 'packed'].includes(status);

/** What was bought for good: paid for, and not given back. */
export const soldStates = ['paid', 'packed', 'shipped', 'delivered'] as const satisfies readonly OrderStatus[];
