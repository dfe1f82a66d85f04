import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Currency } from '#platform/money.ts';
import type { Intent } from './contract.ts';
import type { ProviderIntent, ProviderName } from './payment-provider.ts';

/** One attempt to be paid. Its id is the key under which the provider is asked; the intent's id is known once the provider has answered. */
export interface Payment {
  id: string;
  orderId: string;
  provider: ProviderName;
  intentId: string | null;
  clientSecret: string | null;
  amount: number;
  currency: Currency;
  status: Intent['status'];
  lastError: Intent['lastError'];
  /** Counts the statuses that were written. */
  version: number;
}

const columns = `p.id, p.order_id as "orderId", p.provider, p.intent_id as "intentId", p.client_secret as "clientSecret", p.amount, p.currency, p.status,
  p.last_error as "lastError", p.version`;
const isOpen = `p.status not in ('canceled', 'succeeded')`;

export async function selectPayment(sql: Sql, id: string): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(`select ${columns} from payments p where p.id = $1`, [id]);
  return payment;
}

/** The order's attempt that is still open: there is at most one. */
export async function selectOpenPayment(sql: Sql, orderId: string): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(`select ${columns} from payments p where p.order_id = $1 and ${isOpen}`, [orderId]);
  return payment;
}

export async function selectPaymentByIntent(sql: Sql, intentId: string): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(`select ${columns} from payments p where p.intent_id = $1`, [intentId]);
  return payment;
}

/** The same, with whose order it pays and how that stands: all that a confirm has to know, in one round trip. */
export async function selectPaymentWithOrder(
  sql: Sql,
  intentId: string,
): Promise<(Payment & { userId: string | null; orderStatus: OrderStatus }) | undefined> {
  const [payment] = await sql<Payment & { userId: string | null; orderStatus: OrderStatus }>(
    `select ${columns}, o.user_id as "userId", o.status as "orderStatus"
       from payments p join orders o on o.id = p.order_id where p.intent_id = $1`,
    [intentId],
  );
  return payment;
}

/** The order's open attempt, or a new one where it has none. Call it under the order's lock, in a statement after the one that took it. */
export async function openPayment(
  sql: Sql,
  order: { id: string; total: number; currency: Currency },
  provider: ProviderName,
  now: Date,
): Promise<Payment> {
  const [payment] = await sql<Payment>(
    `with present as (select * from payments p where p.order_id = $2 and ${isOpen}),
          begun as (
            insert into payments (id, order_id, provider, amount, currency, status, created_at, updated_at)
            select $1, $2, $3, $4, $5, 'requires_confirmation', $6, $6 where not exists (select from present)
            returning *)
     select ${columns} from (select * from present union all select * from begun) p`,
    [newId(), order.id, provider, order.total, order.currency, now],
  );
  if (!payment) throw new Error('The attempt just begun is not there');
  return payment;
}

/** Notes which intent the provider made for an attempt; undefined when the attempt was canceled meanwhile. */
export async function attachIntent(sql: Sql, paymentId: string, intent: ProviderIntent, now: Date): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(
    `update payments p set intent_id = $2, client_secret = $3, updated_at = $4 where p.id = $1 and p.status <> 'canceled' returning ${columns}`,
    [paymentId, intent.id, intent.clientSecret, now],
  );
  return payment;
}

/**
 * Writes what the provider says of an attempt. `succeeded` and `canceled` are final and count whenever they come (a canceled attempt can
 * only turn out to have succeeded). Any other status counts only while the attempt is as it was when the provider was asked.
 * @param asked the attempt as it was read before the provider was asked
 * @returns the attempt after it; undefined when nothing was written
 */
export async function writeStatus(
  sql: Sql,
  asked: Payment,
  { status, lastError }: Pick<ProviderIntent, 'status' | 'lastError'>,
  now: Date,
): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(
    `update payments p set status = $2, last_error = $3, version = version + 1, updated_at = $4
      where p.id = $1 and p.status <> 'succeeded'
        and ($2 = 'succeeded' or (p.status <> 'canceled' and ($2 = 'canceled' or p.version = $5)))
        and (p.status, p.last_error) is distinct from ($2, $3::jsonb)
      returning ${columns}`,
    [asked.id, status, lastError, now, asked.version],
  );
  return payment;
}

/** Whether another attempt than this one has paid the order and was not given back. */
export async function hasOtherSuccess(sql: Sql, orderId: string, paymentId: string): Promise<boolean> {
  const rows = await sql(
    `select 1 as other from payments p where p.order_id = $1 and p.id <> $2 and p.status = 'succeeded'
        and p.amount > (select coalesce(sum(r.amount), 0) from refunds r where r.payment_id = p.id and r.status = 'succeeded')`,
    [orderId, paymentId],
  );
  return rows.length > 0;
}

/** The attempt that paid an order. Where two have, and one was given back (a success that came twice), it is the other. */
export async function selectPaid(sql: Sql, orderId: string): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(
    `select ${columns} from payments p where p.order_id = $1 and p.status = 'succeeded'
      order by p.amount <= (select coalesce(sum(r.amount), 0) from refunds r where r.payment_id = p.id and r.status <> 'failed'), p.created_at
      limit 1`,
    [orderId],
  );
  return payment;
}

/** An attempt as the API shows it. */
export function intentOf({ intentId, clientSecret, orderId, amount, currency, status, lastError }: Payment): Intent {
  if (intentId === null || clientSecret === null) throw new Error('The attempt has no intent yet');
  return { id: intentId, clientSecret, orderId, amount: { amount, currency }, status, lastError };
}
