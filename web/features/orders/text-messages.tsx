import { useQueryClient } from '@tanstack/react-query';
import type { Order } from '#functions/orders/lib/contract.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { useAnnounce } from '../../components/toasts.tsx';
import { call } from '../../lib/api.ts';
import { withdrawSmsConsent } from '../../lib/routes.ts';
import { useSingleMutation } from '../../lib/use-single-mutation.ts';
import { orderToken } from './my-orders.ts';

/** Says that news of a parcel goes by text message too, and ends it on demand. */
export function TextMessages({ order }: { order: Order }) {
  const client = useQueryClient();
  const announce = useAnnounce();
  const stop = useSingleMutation({
    mutationFn: () => call(withdrawSmsConsent, { params: { id: order.id }, orderToken: orderToken(order.id) }),
    onSuccess: () => announce('No more text messages about this order.'),
    onSettled: () => client.invalidateQueries({ queryKey: ['order', order.id] }),
  });
  // In the button's place, so that the keyboard goes on from here.
  if (stop.isSuccess)
    return (
      <p className="soft small" tabIndex={-1} ref={(element) => element?.focus()}>
        Text messages were stopped.
      </p>
    );
  if (!order.smsConsent) return null;
  return (
    <>
      <p className="soft small">Text messages about this parcel go to the phone.</p>
      {stop.isError && <ProblemNote error={stop.error} />}
      <div>
        <Button look="quiet" pending={stop.isPending} onClick={() => stop.mutate(undefined)}>
          Stop text messages
        </Button>
      </div>
    </>
  );
}
