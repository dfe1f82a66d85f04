import '../../components/totals.css';
import type { ReactNode } from 'react';
import type { Cart } from '#functions/cart/lib/contract.ts';
import type { Address } from '#functions/orders/lib/contract.ts';
import type { Money as Amount } from '#platform/money.ts';
import { AddressLines } from '../../components/address-lines.tsx';
import { Button } from '../../components/button.tsx';
import { Money } from '../../components/money.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { useCartDrawer } from '../cart/cart-drawer-state.tsx';

interface OrderSummaryProps {
  cart: Cart;
  /** Where it goes, once that is filled in. */
  address: Address | undefined;
  quote: { cost: Amount; total: Amount } | undefined;
  pending: boolean;
  /** The total is being worked out anew. */
  settling: boolean;
  /** What stands in the way. */
  children: ReactNode;
}

/** What is ordered, for how much, and the button that orders it. */
export function OrderSummary({ cart, address, quote, pending, settling, children }: OrderSummaryProps) {
  const { show } = useCartDrawer();
  return (
    <section className="panel stack summary" aria-label="Order summary">
      <div className="shelf-head">
        <h2>Summary</h2>
        <Button look="quiet" onClick={show}>
          Edit cart
        </Button>
      </div>
      <ul className="summary-items">
        {cart.items.map((item) => (
          <li key={item.productId}>
            <ProductPicture src={item.imageUrl} />
            <span>
              {item.name} <span className="soft">× {item.quantity}</span>
              {!item.available && <span className="summary-warning">Not enough in stock</span>}
            </span>
            <Money value={item.lineTotal} />
          </li>
        ))}
      </ul>
      <dl className="totals">
        <div>
          <dt>Subtotal</dt>
          <dd>
            <Money value={cart.subtotal} />
          </dd>
        </div>
        <div>
          <dt>Shipping</dt>
          <dd>{quote ? quote.cost.amount === 0 ? 'Free' : <Money value={quote.cost} /> : <span className="soft">by address</span>}</dd>
        </div>
        <div className="totals-sum">
          <dt>Total</dt>
          <dd aria-live="polite">
            <Money value={quote?.total ?? cart.subtotal} />
          </dd>
        </div>
      </dl>
      <p className="soft small">Tax is included.</p>
      {address && (
        <div className="summary-address small">
          <strong>Ships to</strong>
          <AddressLines address={address} />
        </div>
      )}
      {children}
      <Button type="submit" wide pending={pending} disabled={settling}>
        Place order
      </Button>
      <p className="soft small">You pay on the next page. We hold your items until then.</p>
    </section>
  );
}
