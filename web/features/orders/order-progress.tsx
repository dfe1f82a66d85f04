import type { Order } from '#functions/orders/lib/contract.ts';
import { Icon } from '../../components/icon.tsx';
import { usualWay } from './status-words.ts';

/** Where an order is on its way from placed to delivered. One that was cancelled, expired or refunded shows none. */
export function OrderProgress({ order }: { order: Order }) {
  const reached = usualWay.findIndex(({ status }) => status === order.status);
  if (reached < 0) return null;
  return (
    <ol className="progress" aria-label="Progress">
      {usualWay.map(({ status, label }, index) => (
        <li key={status} data-done={index <= reached || undefined} aria-current={index === reached ? 'step' : undefined}>
          <span className="progress-dot">{index <= reached && <Icon name="check" />}</span>
          {label}
        </li>
      ))}
    </ol>
  );
}
