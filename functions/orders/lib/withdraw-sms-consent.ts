import { recordChange } from '#platform/audit/audit-log.pg.ts';
import { actorOf } from '#platform/auth/shopper.ts';
import { transaction } from '#platform/db/sql.ts';
import { lockOrder, withdrawConsent } from './orders.pg.ts';
import { maySee, type OrderAccess, orderNotFound } from './read-order.ts';

/**
 * Withdraws the consent to text messages about an order, in any of its states. Where there is none any more, nothing changes.
 * @throws Problem 404 `order-not-found`
 */
export function withdrawSmsConsent(id: string, { access, now }: { access: OrderAccess; now: Date }): Promise<void> {
  const actor = actorOf(access.shopper);
  return transaction(async (sql) => {
    const order = await lockOrder(sql, id);
    if (!order || !maySee(access, id, order.user_id)) throw orderNotFound();
    if (!(await withdrawConsent(sql, id, actor, now))) return;
    const change = { before: { smsConsent: true }, after: { smsConsent: false } };
    await recordChange(sql, actor, { action: 'order.sms-consent-withdrawn', subject: `order:${id}`, ...change }, now);
  });
}
