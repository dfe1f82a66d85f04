import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Order } from '#functions/orders/lib/contract.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Money } from '../../components/money.tsx';
import { formatInstant } from '../../lib/dates.ts';
import { isPayable, statusWords } from './status-words.ts';

interface OrderRowProps {
  order: Order;
  to?: string;
  /** More about it, beside its date. */
  children?: ReactNode;
  /** A button or link. */
  action?: ReactNode;
}

/** An order in a list: its number leads to it. */
export function OrderRow({ order, to = `/orders/${order.id}`, children, action }: OrderRowProps) {
  const words = statusWords[order.status];
  return (
    <li className="panel order-row">
      <div className="stack">
        <Link to={to}>Order {order.number}</Link>
        <span className="soft small">{formatInstant(order.createdAt)}</span>
        {children}
      </div>
      {action}
      <span className={`status status-${words.tone}`}>{words.label}</span>
      <strong className="order-total">
        <Money value={order.total} />
      </strong>
    </li>
  );
}

/** The way to pay, for a row of an order that is still to be paid. */
export const PayLink = ({ order }: { order: Order }) =>
  isPayable(order) ? <ButtonLink to={`/orders/${order.id}/pay`}>Pay</ButtonLink> : null;
