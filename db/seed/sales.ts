import { createHash } from 'node:crypto';
import type pg from 'pg';
import { addProductSales } from '#functions/analytics/lib/product-sales.pg.ts';
import type { SaleFact } from '#functions/analytics/lib/sale-fact.ts';
import { addFacts, lockSales } from '#functions/analytics/lib/sales.pg.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { SeedOrder } from './seed-order.ts';

/** What analytics count of these orders, as if it had heard their events. */
export async function writeSales(client: pg.ClientBase, orders: readonly SeedOrder[]): Promise<void> {
  const sql: Sql = async (text, values = []) => (await client.query(text, [...values])).rows;
  await lockSales(sql);
  await addFacts(sql, orders.flatMap(saleFactsOf), { quiet: true });
  for (const { currency, items, history } of orders) {
    const paid = history.find(({ status }) => status === 'paid');
    const lines = items.map(({ productId, quantity, lineTotal }) => ({ productId, pieces: quantity, revenue: lineTotal }));
    if (paid) await addProductSales(sql, paid.at.toISOString(), currency, lines);
  }
}

function saleFactsOf({ id: order_id, currency, total, userId, email, history, refund }: SeedOrder): SaleFact[] {
  const buyer = userId ?? createHash('sha256').update(email).digest('hex').slice(0, 24);
  return [
    ...history.flatMap(({ id: event_id, status, at }): SaleFact[] => {
      const fact = { event_id, at: at.toISOString(), order_id, currency, amount: total };
      if (status === 'pending_payment') return [{ ...fact, kind: 'placed' }];
      return status === 'paid' ? [{ ...fact, kind: 'paid', buyer }] : [];
    }),
    ...(refund
      ? [
          {
            event_id: refund.id,
            kind: 'refunded' as const,
            at: refund.createdAt.toISOString(),
            order_id,
            refund_id: refund.id,
            currency,
            amount: refund.amount,
          },
        ]
      : []),
  ];
}
