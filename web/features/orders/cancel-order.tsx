import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order } from '#functions/orders/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { call } from '../../lib/api.ts';
import { keepAnswer } from '../../lib/query-client.ts';
import { cancelOrder } from '../../lib/routes.ts';
import { orderToken, rememberedOrder, rememberOrder } from './my-orders.ts';

/** Cancels an order after asking once. Cancelling twice is the same as once, so a retry is safe. */
export function CancelOrder({ order }: { order: Order }) {
  const [asking, setAsking] = useState(false);
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => call(cancelOrder, { params: { id: order.id }, body: {}, orderToken: orderToken(order.id) }),
    onSuccess: async (cancelled) => {
      await keepAnswer(client, ['order', order.id], cancelled);
      if (rememberedOrder(order.id)) rememberOrder(order.id, { unpaid: false });
      setAsking(false);
    },
    onError: () => client.invalidateQueries({ queryKey: ['order', order.id] }),
  });
  const paid = order.status !== 'pending_payment';
  return (
    <div>
      <Button look="danger" onClick={() => setAsking(true)}>
        Cancel order
      </Button>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Cancel this order?">
        <p>{paid ? 'We will stop it and send your money back.' : 'We will let its items go. Nothing was charged.'}</p>
        {cancel.isError && <ProblemNote error={cancel.error} />}
        <div className="row">
          <Button look="danger" pending={cancel.isPending} onClick={() => cancel.mutate()}>
            Yes, cancel it
          </Button>
          <Button look="quiet" onClick={() => setAsking(false)}>
            Keep it
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
