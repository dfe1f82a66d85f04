import { products } from '../../../tests/support/products.ts';

export const list = products;
