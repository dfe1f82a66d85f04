import type { Cart } from '#functions/cart/lib/contract.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import type { ApiProblem } from '../../lib/problem.ts';
import { useSetQuantity } from '../cart/use-cart-changes.ts';

interface Shortage {
  productId: string;
  requested: number;
  available: number;
}

/** Names what there is too little of, and offers to take what there is. */
export function OutOfStock({ problem, cart, onDone }: { problem: ApiProblem; cart: Cart; onDone: () => void }) {
  const change = useSetQuantity();
  const shortages = (problem.document.items as Shortage[] | undefined) ?? [];
  const nameOf = (id: string) => cart.items.find(({ productId }) => productId === id)?.name ?? 'A product';
  const adjust = async () => {
    for (const { productId, available } of shortages) await change.mutateAsync({ productId, quantity: available });
    onDone();
  };
  return (
    <Alert
      tone="warn"
      title="Not everything is in stock"
      actions={
        <Button look="secondary" pending={change.isPending} onClick={() => adjust().catch(() => undefined)}>
          Adjust my cart
        </Button>
      }
    >
      <ul>
        {shortages.map(({ productId, requested, available }) => (
          <li key={productId}>
            {nameOf(productId)}: {available === 0 ? 'sold out' : `only ${available} left, you have ${requested} in your cart`}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
