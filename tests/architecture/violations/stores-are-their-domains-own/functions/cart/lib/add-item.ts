// A shared store, but shared with search and not with the cart.
import { selectProduct } from '../../catalog/lib/products.pg.ts';

export const added = selectProduct;
