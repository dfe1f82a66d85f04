// A domain that the table does not know yet uses no other.
import type { Order } from '../../orders/lib/contract.ts';

export const wrapped = (order: Order) => order.id;
