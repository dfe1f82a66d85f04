import { Problem } from '#platform/errors.ts';

/** For a body that names a product that does not exist: 422, whereas a path gets 404. */
export const unknownProduct = (...pointers: string[]): Problem =>
  new Problem('unprocessable', 'unknown-product', 'There is no such product.', {
    errors: pointers.map((pointer) => ({ pointer, message: 'names no product' })),
  });
