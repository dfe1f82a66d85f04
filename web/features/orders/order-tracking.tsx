import type { Order } from '#functions/orders/lib/contract.ts';

/** By whom an order was sent, once it is. */
export const OrderTracking = ({ order: { tracking } }: { order: Order }) =>
  tracking && (
    <p>
      Sent with {tracking.carrier}, tracking number <strong>{tracking.number}</strong>
    </p>
  );
