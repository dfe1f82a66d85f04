import type { Sql } from '#platform/db/sql.ts';
import { newId } from '#platform/ids.ts';
import type { Currency } from '#platform/money.ts';
import type { Intent } from './contract.ts';
import type { ProviderIntent } from './payment-provider.ts';

/** One attempt to be paid. Its id is the key under which the provider is asked; the intent's id is known once the provider has answered. */
export interface Payment {
  id: string;
  orderId: string;
  intentId: string | null;
  clientSecret: string | null;
  amount: number;
  currency: Currency;
  status: Intent['status'];
  lastError: Intent['lastError'];
}

const columns = `id, order_id as "orderId", intent_id as "intentId", client_secret as "clientSecret", amount, currency, status, last_error as "lastError"`;

/** The order's attempt that is still open: there is at most one. */
export async function selectLivePayment(sql: Sql, orderId: string): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(`select ${columns} from payments where order_id = $1 and status not in ('canceled', 'succeeded')`, [
    orderId,
  ]);
  return payment;
}

export async function selectPaymentByIntent(sql: Sql, intentId: string): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(`select ${columns} from payments where intent_id = $1`, [intentId]);
  return payment;
}

export async function insertPayment(
  sql: Sql,
  order: { id: string; total: number; currency: Currency },
  provider: string,
  now: Date,
): Promise<Payment> {
  const [payment] = await sql<Payment>(
    `insert into payments (id, order_id, provider, amount, currency, status, created_at, updated_at)
     values ($1, $2, $3, $4, $5, 'requires_confirmation', $6, $6) returning ${columns}`,
    [newId(), order.id, provider, order.total, order.currency, now],
  );
  return payment as Payment;
}

/** Notes which intent the provider made for an attempt; undefined when the attempt was canceled meanwhile. */
export async function attachIntent(sql: Sql, paymentId: string, intent: ProviderIntent, now: Date): Promise<Payment | undefined> {
  const [payment] = await sql<Payment>(
    `update payments set intent_id = $2, client_secret = $3, updated_at = $4 where id = $1 and status <> 'canceled' returning ${columns}`,
    [paymentId, intent.id, intent.clientSecret, now],
  );
  return payment;
}

export async function writePaymentStatus(
  sql: Sql,
  id: string,
  { status, lastError }: Pick<ProviderIntent, 'status' | 'lastError'>,
  now: Date,
): Promise<void> {
  await sql('update payments set status = $2, last_error = $3, updated_at = $4 where id = $1', [id, status, lastError, now]);
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
    `select ${columns} from payments where order_id = $1 and status = 'succeeded'
      order by amount <= (select coalesce(sum(r.amount), 0) from refunds r where r.payment_id = payments.id and r.status = 'succeeded'), created_at
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
