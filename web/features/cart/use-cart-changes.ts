import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Cart } from '#functions/cart/lib/contract.ts';
import { call } from '../../lib/api.ts';
import { currentCurrency } from '../../lib/currency.ts';
import { addItem, removeItem, updateItem } from '../../lib/routes.ts';
import { ensureCartId } from './cart-id.ts';
import { keepCart, refreshCart } from './use-cart.ts';

export interface Line {
  productId: string;
  quantity: number;
}

function useCartChange(change: (sessionId: string, line: Line) => Promise<Cart>) {
  const client = useQueryClient();
  return useMutation({
    scope: { id: 'cart' }, // one change after the other, so that the last answer is the newest cart
    mutationFn: (line: Line) => change(ensureCartId(), line),
    onMutate: () => client.cancelQueries({ queryKey: ['cart'] }),
    onSuccess: (cart) => keepCart(client, cart),
    onError: () => refreshCart(client), // whether it was done is unknown: look
  });
}

/** In which currency the cart is answered. */
const asked = () => ({ currency: currentCurrency() });

export const useAddToCart = () => useCartChange((sessionId, line) => call(addItem, { query: asked(), body: { sessionId, ...line } }));

/** Sets a line's quantity; 0 takes it out. */
export const useSetQuantity = () =>
  useCartChange((sessionId, { productId, quantity }) =>
    quantity === 0
      ? call(removeItem, { params: { sessionId, productId }, query: asked() })
      : call(updateItem, { query: asked(), body: { sessionId, productId, quantity } }),
  );
