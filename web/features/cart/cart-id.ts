import { read, write } from '../../lib/storage.ts';
import { uuid } from '../../lib/uuid.ts';

export const cartIdPlace = 'kelvo.cart';

/** This device's cart; it gets its id when something is first put in. All tabs share it. */
export function ensureCartId(): string {
  const known = read(cartIdPlace);
  if (known) return known;
  const id = uuid();
  write(cartIdPlace, id);
  return id;
}
