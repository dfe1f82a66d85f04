import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Order, setStatusRoute } from '#functions/orders/lib/contract.ts';
import type { BodyInput } from '#platform/http/contract.ts';
import { Alert } from '../../components/alert.tsx';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { call } from '../../lib/api.ts';
import { isProblem } from '../../lib/problem.ts';
import { keepAnswer } from '../../lib/query-client.ts';
import { setStatus } from '../../lib/routes.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { ShipDialog } from './ship-dialog.tsx';

type Move = BodyInput<typeof setStatusRoute>;

/** The button that moves an order on its usual way: packed, shipped, delivered. */
export function NextStep({ order }: { order: Order }) {
  const [shipping, setShipping] = useState(false);
  const client = useQueryClient();
  const move = useSingleMutation({
    mutationFn: (body: Move) => call(setStatus, { params: { id: order.id }, body }),
    onSuccess: async (moved) => {
      await keepAnswer(client, ['order', order.id], moved);
      setShipping(false);
    },
    // Moved by somebody else meanwhile, or by this very click whose answer was lost: the order itself says.
    onError: () => client.invalidateQueries({ queryKey: ['order', order.id] }),
    onSettled: () => client.invalidateQueries({ queryKey: ['orders'] }),
  });
  const refusal = move.error && (isProblem(move.error, 'illegal-transition') ? <MovedOn /> : <ProblemNote error={move.error} />);
  return (
    <>
      {!shipping && refusal}
      {order.status === 'paid' && (
        <Button pending={move.isPending} onClick={() => move.mutate({ status: 'packed' })}>
          Mark as packed
        </Button>
      )}
      {order.status === 'packed' && <Button onClick={() => setShipping(true)}>Ship …</Button>}
      {order.status === 'shipped' && (
        <Button pending={move.isPending} onClick={() => move.mutate({ status: 'delivered' })}>
          Mark as delivered
        </Button>
      )}
      {order.status === 'pending_payment' && <p className="soft">It waits for its payment.</p>}
      <ShipDialog
        open={shipping && order.status === 'packed'}
        pending={move.isPending}
        refusal={refusal}
        onClose={() => setShipping(false)}
        onShip={(tracking) => move.mutate({ status: 'shipped', tracking })}
      />
    </>
  );
}

const MovedOn = () => (
  <Alert tone="warn" title="The order has moved on meanwhile">
    What you see now is how it stands.
  </Alert>
);
