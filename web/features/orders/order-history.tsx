import type { Order } from '#functions/orders/lib/contract.ts';
import { formatInstant } from '../../lib/dates.ts';
import { statusWords } from './status-words.ts';

/** Everything that happened to an order, the newest first. */
export const OrderHistory = ({ history }: { history: Order['history'] }) => (
  <section className="stack" aria-label="History">
    <h2>History</h2>
    <ol className="history">
      {history.toReversed().map(({ status, at, reason }) => (
        <li key={`${at}-${status}`}>
          <strong>{statusWords[status].label}</strong>
          <time dateTime={at} className="soft small">
            {formatInstant(at)}
          </time>
          {reason && <span className="small">{reason}</span>}
        </li>
      ))}
    </ol>
  </section>
);
