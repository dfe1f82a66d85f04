import { handler } from '../get-product.ts';

export const list = [handler];
