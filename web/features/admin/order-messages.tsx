import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Notification } from '#functions/notifications/lib/contract.ts';
import type { Order } from '#functions/orders/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { call } from '../../lib/api.ts';
import { formatInstant } from '../../lib/dates.ts';
import { listMailbox, sendOrderConfirmation, sendShippingUpdate } from '../../lib/routes.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';

const kinds: Partial<Record<Notification['kind'], string>> = {
  'order-received': 'Order received',
  'payment-failed': 'Payment failed',
  'refund-failed': 'Refund failed',
};
const nameOf = ({ kind, channel }: Notification) =>
  `${kinds[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1)}${channel === 'sms' ? ', by text message' : ''}`;

const words = { pending: 'on its way', sent: 'sent', failed: 'failed', suppressed: 'not sent' } as const;

/** What the buyer of an order was told, and what became of it; the confirmation and news of the parcel can be sent again. */
export function OrderMessages({ order }: { order: Order }) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const queryKey = ['mailbox', order.id];
  const { data, error, refetch, isFetching } = useQuery({
    queryKey,
    queryFn: ({ signal }) => call(listMailbox, { query: { orderId: order.id, limit: '50' }, signal }),
    refetchInterval: 5_000,
  });
  const send = useSingleMutation({
    mutationFn: (kind: 'confirmation' | 'parcel') => {
      const body = { orderId: order.id };
      return kind === 'confirmation' ? call(sendOrderConfirmation, { body }) : call(sendShippingUpdate, { body });
    },
    onSuccess: () => announce('The message will be written and sent in a moment.'),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  const ended = order.status === 'cancelled' || order.status === 'expired' || order.status === 'refunded';
  return (
    <section className="stack" aria-label="Messages">
      <h2>Messages</h2>
      {error && <ProblemNote error={error} onRetry={refetch} pending={isFetching} />}
      {data?.items.length === 0 && <p className="soft">Nothing was written yet.</p>}
      <ol className="history">
        {data?.items.map((message) => (
          <li key={message.id}>
            <strong>
              {nameOf(message)}: {words[message.status]}
            </strong>
            <time dateTime={message.createdAt} className="soft small">
              {formatInstant(message.createdAt)}
            </time>
            <span className="small" data-dd-privacy="mask">
              {message.to}
            </span>
            {message.reason && <span className="small">Why: {message.reason}</span>}
          </li>
        ))}
      </ol>
      {send.error && <ProblemNote error={send.error} />}
      <div className="row">
        {!ended && (
          <Button look="quiet" pending={send.isPending} onClick={() => send.mutate('confirmation')}>
            Send the confirmation again
          </Button>
        )}
        {(order.status === 'shipped' || order.status === 'delivered') && (
          <Button look="quiet" pending={send.isPending} onClick={() => send.mutate('parcel')}>
            Send the shipping news again
          </Button>
        )}
      </div>
    </section>
  );
}
