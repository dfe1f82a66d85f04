import { useQuery } from '@tanstack/react-query';
import { Alert } from '../../components/alert.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { formatMoney } from '../../lib/money.ts';
import { useMyOrders } from './my-orders.ts';
import { orderQuery } from './order-query.ts';
import { isPayable } from './status-words.ts';

/** Leads back to an order placed on this device that still waits for its payment, if there is one. */
export function UnpaidOrder() {
  const id = useMyOrders().find(([, order]) => order.unpaid)?.[0];
  const { data: order } = useQuery({ ...orderQuery(id ?? ''), enabled: id !== undefined });
  if (id === undefined || !order || !isPayable(order)) return null;
  return (
    <Alert
      tone="info"
      title={`Order ${order.number} waits for your payment`}
      actions={<ButtonLink to={`/orders/${id}/pay`}>Continue to payment</ButtonLink>}
    >
      You placed it for {formatMoney(order.total)}.
    </Alert>
  );
}
