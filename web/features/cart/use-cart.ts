import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Cart } from '#functions/cart/lib/contract.ts';
import { call } from '../../lib/api.ts';
import { keepAnswer } from '../../lib/query-client.ts';
import { getCart } from '../../lib/routes.ts';
import { useStored, write } from '../../lib/storage.ts';
import { cartIdPlace } from './cart-id.ts';

const keyOf = (sessionId: string | null) => ['cart', sessionId] as const;
const changedPlace = 'kelvo.cart.changed';

/** The cart as the server has it. `cart` is undefined only while it loads for the first time, or when that failed. */
export function useCart() {
  const sessionId = useStored(cartIdPlace);
  const client = useQueryClient();
  const query = useQuery({
    queryKey: keyOf(sessionId),
    enabled: sessionId !== null,
    queryFn: async ({ signal }) => {
      const read = await call(getCart, { params: { sessionId: sessionId ?? '' }, signal });
      return newer(client.getQueryData<Cart>(keyOf(sessionId)), read);
    },
    refetchOnWindowFocus: 'always',
  });
  return { sessionId, cart: sessionId === null ? emptyCart : query.data, query };
}

const emptyCart: Cart = {
  sessionId: '',
  items: [],
  itemCount: 0,
  subtotal: { amount: 0, currency: 'USD' },
  version: 0,
  updatedAt: '',
};

/** A read may be answered from a copy that is a moment old: it must not undo what a change has just answered. */
export const newer = (known: Cart | undefined, read: Cart): Cart =>
  known && known.version > read.version && read.itemCount > 0 ? known : read;

/** Keeps a cart that a change answered, and tells the other tabs. */
export async function keepCart(client: QueryClient, cart: Cart): Promise<void> {
  await keepAnswer(client, keyOf(cart.sessionId), cart);
  write(changedPlace, `${cart.version} ${Date.now()}`);
}

/** Asks the server for the cart again, here and in the other tabs. */
export function refreshCart(client: QueryClient): Promise<void> {
  write(changedPlace, `? ${Date.now()}`);
  return client.invalidateQueries({ queryKey: ['cart'] });
}

/** Refetches the cart when another tab changed it. */
export function useCartOfOtherTabs(): void {
  const client = useQueryClient();
  useEffect(() => {
    const changed = ({ key }: StorageEvent) => {
      if (key === changedPlace) void client.invalidateQueries({ queryKey: ['cart'] });
    };
    window.addEventListener('storage', changed);
    return () => window.removeEventListener('storage', changed);
  }, [client]);
}
