import { type Query, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Cart } from '#functions/cart/lib/contract.ts';
import type { Currency } from '#platform/money.ts';
import { call } from '../../lib/api.ts';
import { useCurrency } from '../../lib/currency.ts';
import { keepAnswer } from '../../lib/query-client.ts';
import { getCart } from '../../lib/routes.ts';
import { useStored, write } from '../../lib/storage.ts';
import { cartIdPlace } from './cart-id.ts';

const keyOf = (sessionId: string | null, currency: Currency) => ['cart', sessionId, currency] as const;
const changedPlace = 'kelvo.cart.changed';

/** The cart as the server has it. `cart` is undefined only while it loads for the first time, or when that failed. */
export function useCart() {
  const sessionId = useStored(cartIdPlace);
  const currency = useCurrency();
  const client = useQueryClient();
  const query = useQuery<Cart, Error, Cart, ReturnType<typeof keyOf>>({
    queryKey: keyOf(sessionId, currency),
    enabled: sessionId !== null,
    queryFn: async ({ signal }) => {
      const read = await call(getCart, { params: { sessionId: sessionId ?? '' }, query: { currency }, signal });
      return newer(client.getQueryData<Cart>(keyOf(sessionId, currency)), read);
    },
    // Another currency was chosen: until its prices are there, the same cart stays.
    placeholderData: (previous) => (previous?.sessionId === sessionId ? previous : undefined),
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

/** Keeps a cart that a change answered, in the currency that it was answered in, and tells the other tabs. */
export async function keepCart(client: QueryClient, cart: Cart): Promise<void> {
  const { sessionId, subtotal } = cart;
  await keepAnswer(client, keyOf(sessionId, subtotal.currency), cart);
  // In other currencies it is an old one: asked for again where it is shown (another one was chosen meanwhile), else forgotten.
  const inOthers = { queryKey: ['cart', sessionId], predicate: ({ queryKey }: Query) => queryKey[2] !== subtotal.currency };
  client.removeQueries({ ...inOthers, type: 'inactive' });
  void client.invalidateQueries({ ...inOthers, type: 'active' });
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
