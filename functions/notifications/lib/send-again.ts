import type { Order, Tracking } from '#functions/orders/lib/contract.ts';
import { readOrder } from '#functions/orders/lib/read-order.ts';
import { lastChange, recordChange } from '#platform/audit/audit-log.pg.ts';
import { actorOf, type Shopper } from '#platform/auth/shopper.ts';
import { transaction } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import type { Body } from '#platform/http/contract.ts';
import type { sendOrderConfirmationRoute, sendShippingUpdateRoute } from './contract.ts';
import { lockNotifications } from './notifications.pg.ts';
import { requestNotification } from './request-notification.ts';

/** Asking for the same again within this time is a double click or a retry: it is answered with the mail that was asked for first. */
const sameRequestMs = 60_000;

interface ByAdmin {
  shopper: Shopper;
  now: Date;
}

/**
 * Has the confirmation of an order sent (again), whatever became of the earlier ones.
 * @returns the id that the mail will have
 * @throws Problem 404 `order-not-found`; 409 `order-closed` when nothing is left to confirm
 */
export const sendOrderConfirmation = ({ orderId }: Body<typeof sendOrderConfirmationRoute>, by: ByAdmin): Promise<{ id: string }> =>
  request(orderId, by, (order) => {
    if (order.status === 'cancelled' || order.status === 'expired' || order.status === 'refunded') {
      throw new Problem('conflict', 'order-closed', `An order that is ${order.status} has nothing to confirm.`);
    }
    return { kind: 'order-received' };
  });

/**
 * Has news of an order's parcel sent (again).
 * @returns the id that the mail will have
 * @throws Problem 404 `order-not-found`; 409 `not-shipped`; 422 `tracking-incomplete`
 */
export const sendShippingUpdate = (
  { orderId, carrier, trackingNumber }: Body<typeof sendShippingUpdateRoute>,
  by: ByAdmin,
): Promise<{ id: string }> =>
  request(orderId, by, (order) => {
    if (order.status !== 'shipped' && order.status !== 'delivered') {
      throw new Problem('conflict', 'not-shipped', `An order that is ${order.status} has no parcel on its way.`);
    }
    if (carrier === undefined && trackingNumber === undefined) return { kind: 'shipped' };
    return { kind: 'shipped', tracking: wholeTracking({ carrier, number: trackingNumber }, order.tracking) };
  });

/** What is left out of the tracking is the order's own. */
function wholeTracking(given: { carrier: string | undefined; number: string | undefined }, own: Tracking | null): Tracking {
  const carrier = given.carrier ?? own?.carrier;
  const number = given.number ?? own?.number;
  if (carrier !== undefined && number !== undefined) return { carrier, number };
  throw new Problem('unprocessable', 'tracking-incomplete', 'The carrier and the tracking number go together, and the order has none.', {
    errors: [{ pointer: carrier === undefined ? '/carrier' : '/trackingNumber', message: 'is needed too' }],
  });
}

/**
 * Asks for a mail about an order, in the transaction that notes in the audit log who asked for what.
 * @param decide which mail the order allows
 */
function request(
  orderId: string,
  { shopper, now }: ByAdmin,
  decide: (order: Order) => { kind: 'order-received' | 'shipped'; tracking?: Tracking },
): Promise<{ id: string }> {
  return transaction(async (sql) => {
    await lockNotifications(sql, orderId);
    const wanted = decide(await readOrder(sql, orderId, { orderToken: undefined, shopper }));
    const subject = `order:${orderId}`;
    const action = `order.${wanted.kind}-mail-requested`;
    const last = await lastChange(sql, { subject, action }, new Date(now.getTime() - sameRequestMs));
    if (last && isSame(last, wanted)) return { id: String(last.notificationId) };
    const id = await requestNotification(sql, { orderId, ...wanted }, { now });
    await recordChange(sql, actorOf(shopper), { action, subject, before: null, after: { notificationId: id, ...wanted } }, now);
    return { id };
  });
}

function isSame(last: Record<string, unknown>, { tracking }: { tracking?: Tracking }): boolean {
  const before = last.tracking as Tracking | undefined;
  return before?.carrier === tracking?.carrier && before?.number === tracking?.number;
}
