import { Link } from 'react-router';
import type { Product } from '#functions/catalog/lib/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { Money } from '../../components/money.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { Highlight } from './highlight.tsx';
import { useAddAndTell } from './use-add-and-tell.ts';

interface CardProps {
  product: Product;
  /** The name with the found words marked. */
  highlight?: string | undefined;
  /** The level of its name among the page's headings: h3 below a shelf's h2. */
  heading?: 'h2' | 'h3';
  /** Why it is shown here, in words. */
  why?: string | undefined;
}

/** A product in a grid: the whole card leads to its page, the round button puts one into the cart. */
export function ProductCard({ product, highlight, heading: Heading = 'h2', why }: CardProps) {
  const { add, isPending } = useAddAndTell(product);
  return (
    <article className="card">
      <ProductPicture src={product.imageUrl} />
      <div className="card-text">
        {why && <p className="card-why">{why}</p>}
        <Heading className="card-name">
          <Link to={`/products/${product.id}`}>{highlight ? <Highlight text={highlight} /> : product.name}</Link>
        </Heading>
        <p className="card-price">
          <Money value={product.price} />
          {product.stock === 0 && <span className="card-note">Sold out</span>}
          {product.stock > 0 && product.stock <= 5 && <span className="card-note">Only {product.stock} left</span>}
        </p>
      </div>
      {product.stock > 0 && (
        <button
          type="button"
          className="card-add"
          aria-label={`Add ${product.name} to cart`}
          aria-disabled={isPending || undefined}
          onClick={() => add(1)}
        >
          <Icon name="plus" />
        </button>
      )}
    </article>
  );
}
