import type { Product } from '#functions/catalog/lib/contract.ts';
import { useAnnounce } from '../../components/toasts.tsx';
import { isProblem } from '../../lib/problem.ts';
import { useCartDrawer } from '../cart/cart-drawer-state.tsx';
import { useAddToCart } from '../cart/use-cart-changes.ts';

/** Puts a product into the cart and says so. A click while one is under way does nothing. */
export function useAddAndTell({ id, name }: Pick<Product, 'id' | 'name'>) {
  const { mutate, isPending } = useAddToCart();
  const announce = useAnnounce();
  const { open, show } = useCartDrawer();
  const add = (quantity: number) => {
    if (isPending) return;
    mutate(
      { productId: id, quantity },
      {
        onSuccess: () => announce(`${name} added to your cart`, open ? undefined : { label: 'View cart', run: show }),
        onError: (error) => announce(isProblem(error) ? error.message : 'That did not work. Please try again.'),
      },
    );
  };
  return { add, isPending };
}
