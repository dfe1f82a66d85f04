import { read, write } from '../../lib/storage.ts';
import { uuid } from '../../lib/uuid.ts';

export const cartIdPlace = 'kelvo.cart';

/** The account whose own cart this device's is; missing for a guest's. */
const ownerPlace = 'kelvo.cart.owner';

/** This device's cart; it gets its id when something is first put in. All tabs share it. */
export function ensureCartId(): string {
  const known = read(cartIdPlace);
  if (known) return known;
  const id = uuid();
  write(cartIdPlace, id);
  return id;
}

/** Whether this device has the account's own cart already. */
export const hasCartOf = (userId: string): boolean => read(ownerPlace) === userId && read(cartIdPlace) !== null;

/** Takes an account's own cart for this device's. All tabs follow. */
export function takeCart(id: string, userId: string): void {
  write(cartIdPlace, id);
  write(ownerPlace, userId);
}

/** Leaves the cart to its account: the next thing put in begins a guest's cart. */
export function leaveCart(): void {
  write(ownerPlace, null);
  write(cartIdPlace, null);
}
