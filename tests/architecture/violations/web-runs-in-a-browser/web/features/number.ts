import { newOrderNumber } from '../../functions/orders/lib/order-number.ts';

export const next = newOrderNumber();
