import { Link } from 'react-router';
import type { Cart } from '#functions/cart/lib/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { Money } from '../../components/money.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { QuantityStepper } from '../../components/quantity-stepper.tsx';

interface CartLineProps {
  item: Cart['items'][number];
  pending: boolean;
  /** 0 takes it out. */
  onChange: (quantity: number) => void;
}

export const CartLine = ({ item, pending, onChange }: CartLineProps) => (
  <li className="cart-line">
    <ProductPicture src={item.imageUrl} />
    <div className="cart-line-text">
      <Link to={`/products/${item.productId}`}>{item.name}</Link>
      <span className="soft small">
        <Money value={item.unitPrice} /> each
      </span>
      {!item.available && <span className="cart-line-warning">Not enough in stock</span>}
    </div>
    <strong className="cart-line-total">
      <Money value={item.lineTotal} />
    </strong>
    <div className="cart-line-controls">
      <QuantityStepper value={item.quantity} onChange={onChange} label={item.name} pending={pending} />
      <button
        type="button"
        className="icon-button"
        aria-label={`Remove ${item.name}`}
        aria-disabled={pending || undefined}
        onClick={() => !pending && onChange(0)}
      >
        <Icon name="trash" />
      </button>
    </div>
  </li>
);
