import '../../components/totals.css';
import { Link } from 'react-router';
import type { Order } from '#functions/orders/lib/contract.ts';
import { shippingName } from '#functions/shipping/lib/methods.ts';
import { AddressLines } from '../../components/address-lines.tsx';
import { Money } from '../../components/money.tsx';
import { ProductPicture } from '../../components/product-picture.tsx';
import { TextMessages } from './text-messages.tsx';

/** What was ordered, what it costs and where it goes. */
export function OrderDetails({ order }: { order: Order }) {
  const { shippingAddress: to } = order;
  return (
    <div className="order-details">
      <section className="panel stack" aria-label="Items">
        <h2>Items</h2>
        <ul className="order-items">
          {order.items.map((item) => (
            <li key={item.productId}>
              <ProductPicture src={item.imageUrl} />
              <span>
                <Link to={`/products/${item.productId}`}>{item.name}</Link>
                <span className="soft small">
                  {item.quantity} × <Money value={item.unitPrice} />
                </span>
              </span>
              <Money value={item.lineTotal} />
            </li>
          ))}
        </ul>
        <dl className="totals">
          <div>
            <dt>Subtotal</dt>
            <dd>
              <Money value={order.subtotal} />
            </dd>
          </div>
          <div>
            <dt>Shipping ({shippingName(order.shippingMethod)})</dt>
            <dd>{order.shipping.amount === 0 ? 'Free' : <Money value={order.shipping} />}</dd>
          </div>
          <div className="totals-sum">
            <dt>Total</dt>
            <dd>
              <Money value={order.total} />
            </dd>
          </div>
          {order.refunded.amount > 0 && (
            <div>
              <dt>Given back</dt>
              <dd>
                <Money value={order.refunded} />
              </dd>
            </div>
          )}
          <div className="soft small">
            <dt>Tax included</dt>
            <dd>
              <Money value={order.tax} />
            </dd>
          </div>
        </dl>
      </section>
      <section className="panel stack" aria-label="Shipping address">
        <h2>Shipping address</h2>
        <AddressLines address={to}>{to.phone && <span>{to.phone}</span>}</AddressLines>
        <p className="soft small" data-dd-privacy="mask">
          News of this order goes to {order.email}.
        </p>
        <TextMessages order={order} />
      </section>
    </div>
  );
}
