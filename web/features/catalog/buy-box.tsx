import { useState } from 'react';
import type { Product } from '#functions/catalog/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { QuantityStepper } from '../../components/quantity-stepper.tsx';
import { useAddAndTell } from './use-add-and-tell.ts';

/** How many, and into the cart. */
export function BuyBox({ product }: { product: Product }) {
  const [quantity, setQuantity] = useState(1);
  const { add, isPending } = useAddAndTell(product);
  if (product.stock === 0) return <p className="stock stock-none">Sold out</p>;
  return (
    <div className="stack">
      <p className={product.stock <= 5 ? 'stock stock-low' : 'stock'}>{product.stock <= 5 ? `Only ${product.stock} left` : 'In stock'}</p>
      <div className="row">
        <QuantityStepper value={quantity} onChange={setQuantity} label={product.name} max={Math.min(99, product.stock)} />
        <Button pending={isPending} onClick={() => add(quantity)}>
          Add to cart
        </Button>
      </div>
    </div>
  );
}
