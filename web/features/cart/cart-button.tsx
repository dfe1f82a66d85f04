import { Icon } from '../../components/icon.tsx';
import { useCartDrawer } from './cart-drawer-state.tsx';
import { useCart } from './use-cart.ts';

/** Opens the cart; its badge counts the pieces. */
export function CartButton() {
  const { cart } = useCart();
  const { show } = useCartDrawer();
  const count = cart?.itemCount ?? 0;
  return (
    <button
      type="button"
      className="cart-button"
      aria-haspopup="dialog"
      aria-label={count === 0 ? 'Cart' : `Cart, ${count} ${count === 1 ? 'item' : 'items'}`}
      onClick={show}
    >
      <Icon name="bag" />
      <span className="cart-label" aria-hidden="true">
        Cart
      </span>
      {count > 0 && (
        <span className="badge numbers" aria-hidden="true">
          {count}
        </span>
      )}
    </button>
  );
}
