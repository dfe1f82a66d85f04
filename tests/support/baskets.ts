import { seedId } from '../../db/seed/ids.ts';
import type { TestDatabase } from './database.ts';

/** An order as far as training sees it. */
export interface Basket {
  buyer: string;
  productIds: readonly string[];
  at: Date;
  status?: 'pending_payment' | 'paid' | 'delivered' | 'cancelled' | 'expired' | 'refunded';
}

/**
 * Writes orders by SQL, which is faster than buying by a thousand times. Nobody hears of them: see `dueAll`.
 * @returns their ids, in the same order
 */
export async function writeBaskets({ query }: Pick<TestDatabase, 'query'>, baskets: readonly Basket[]): Promise<string[]> {
  const rows = baskets.map(({ buyer, productIds, at, status = 'paid' }, n) => ({
    id: seedId(at, `${buyer} ${n} ${productIds}`),
    email: `${buyer}@example.com`,
    at,
    status,
    products: productIds,
  }));
  await query(
    `with basket as (select * from jsonb_to_recordset($1) as basket (id uuid, email text, at timestamptz, status text, products uuid[])),
          placed as (
            insert into orders (id, number, status, email, currency, rate_micros, subtotal, shipping, tax, total, shipping_method, shipping_address, created_at, updated_at)
              select id, 'B-' || id, status, email, 'USD', 1000000, 0, 0, 0, 0, 'standard', '{}', at, at from basket)
     insert into order_items (order_id, position, product_id, name, image_url, quantity, unit_price, line_total)
       select basket.id, position, product_id, 'x', '', 1, 0, 0 from basket cross join unnest(products) with ordinality as line (product_id, position)`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ id }) => id);
}

/** Notes every product that was ever ordered as due. */
export const dueAll = ({ query }: Pick<TestDatabase, 'query'>): Promise<unknown> =>
  query('insert into affinity_due select product_id, order_id from order_items on conflict do nothing');
