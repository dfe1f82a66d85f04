import { readCart } from '../../cart/lib/carts.pg.ts';

export const lines = readCart;
