import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '../../lib/api.ts';
import { currentCurrency } from '../../lib/currency.ts';
import { exclusively } from '../../lib/exclusively.ts';
import { retryDelay, shouldRetry } from '../../lib/query-client.ts';
import { mergeCart } from '../../lib/routes.ts';
import { useUser } from '../../lib/session.ts';
import { read } from '../../lib/storage.ts';
import { uuid } from '../../lib/uuid.ts';
import { cartIdPlace, hasCartOf, takeCart } from './cart-id.ts';
import { keepCart } from './use-cart.ts';

/**
 * Puts the guest's cart of this device into the cart of who signed in, and takes that one from then on. It is done by the first tab
 * that comes to it, and again at the next page when it failed: a merged id is dead, so merging it twice changes nothing.
 */
export function useOwnCart(): void {
  const client = useQueryClient();
  const userId = useUser()?.id;
  const { mutate } = useMutation({
    scope: { id: 'cart' }, // after the changes that are under way
    retry: shouldRetry,
    retryDelay,
    mutationFn: (person: string) =>
      exclusively('kelvo.cart', async () => {
        if (hasCartOf(person)) return;
        const cart = await call(mergeCart, { query: { currency: currentCurrency() }, body: { sessionId: read(cartIdPlace) ?? uuid() } });
        takeCart(cart.sessionId, person);
        await keepCart(client, cart);
      }),
  });
  useEffect(() => {
    if (userId !== undefined && !hasCartOf(userId)) mutate(userId);
  }, [userId, mutate]);
}
