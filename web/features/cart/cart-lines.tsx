import { useState } from 'react';
import type { Cart } from '#functions/cart/lib/contract.ts';
import { ProblemNote } from '../../components/problem-note.tsx';
import { CartLine } from './cart-line.tsx';
import { useSetQuantity } from './use-cart-changes.ts';

/** The lines of a cart, to be changed. What changed is told to screen readers. */
export function CartLines({ cart }: { cart: Cart }) {
  const change = useSetQuantity();
  const [news, setNews] = useState('');
  const set = (productId: string, quantity: number, name: string) =>
    change.mutate(
      { productId, quantity },
      { onSuccess: () => setNews(quantity === 0 ? `${name} removed from your cart` : `Quantity of ${name} is now ${quantity}`) },
    );
  return (
    <div className="stack">
      {change.isError && <ProblemNote error={change.error} />}
      <ul className="cart-lines" aria-label="Items in your cart">
        {cart.items.map((item) => (
          <CartLine
            key={item.productId}
            item={item}
            pending={change.isPending}
            onChange={(quantity) => set(item.productId, quantity, item.name)}
          />
        ))}
      </ul>
      <p className="visually-hidden" role="status">
        {news}
      </p>
    </div>
  );
}
