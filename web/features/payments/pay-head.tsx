import { Link } from 'react-router';
import type { Order } from '#functions/orders/lib/contract.ts';
import { formatMoney } from '../../lib/money.ts';

export const PayHead = ({ order }: { order: Order }) => (
  <header className="stack">
    <h1>Payment</h1>
    <p className="soft">
      Order <Link to={`/orders/${order.id}`}>{order.number}</Link>, {formatMoney(order.total)}. We hold your items while you pay.
    </p>
  </header>
);
