import type { ReactNode, Ref } from 'react';
import type { Product } from '#functions/catalog/lib/contract.ts';
import { ProductCard } from './product-card.tsx';
import { GridSkeleton, ProductGrid } from './product-grid.tsx';

interface ShelfProps {
  title: string;
  /** Undefined while they load: placeholders of the same size stand in for them. */
  products: readonly Product[] | undefined;
  /** So many placeholders. */
  count: number;
  /** Beside the title: a link to all of them, or what can be done with them. */
  aside?: ReactNode;
  /** Why a product is here. */
  why?: (product: Product) => string | undefined;
  ref?: Ref<HTMLElement>;
}

/** A row of products under a heading. */
export const ProductShelf = ({ title, products, count, aside, why, ref }: ShelfProps) => (
  <section className="stack shelf" aria-label={title} ref={ref}>
    <div className="shelf-head">
      <h2>{title}</h2>
      {aside}
    </div>
    {products ? (
      <ProductGrid>
        {products.map((product) => (
          <ProductCard key={product.id} product={product} heading="h3" why={why?.(product)} />
        ))}
      </ProductGrid>
    ) : (
      <GridSkeleton count={count} why={why !== undefined} />
    )}
  </section>
);
