import { priceOf } from '../../functions/catalog/lib/price-product.ts';

export const price = priceOf('mug');
