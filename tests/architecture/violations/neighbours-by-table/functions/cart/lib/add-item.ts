import type { Order } from '../../orders/lib/contract.ts';

export const lastOf = (orders: Order[]) => orders.at(-1);
