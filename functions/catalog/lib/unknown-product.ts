import { Problem } from '#platform/errors.ts';

/** A body names a product that there is not: 422, unlike a path's 404. */
export const unknownProduct = (...pointers: string[]): Problem =>
  new Problem('unprocessable', 'unknown-product', 'There is no such product.', {
    errors: pointers.map((pointer) => ({ pointer, message: 'names no product' })),
  });
