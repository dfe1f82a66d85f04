import { unknownProduct } from '#functions/catalog/lib/unknown-product.ts';
import type { Sql, TransactionSql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { blockCopy } from './cart-copies.redis.ts';

/** A product and how many of it, with what an order must remember of it. */
export interface Line {
  productId: string;
  name: string;
  imageUrl: string;
  /** Base price in US cents. */
  cents: number;
  quantity: number;
}

/** What a body names: a cart, or products themselves. The contract lets through exactly one of both. */
export interface LineSource {
  sessionId?: string | undefined;
  items?: { productId: string; quantity: number }[] | undefined;
}

/**
 * The lines that a body names, in its order, at today's prices. A cart's products that are gone or off the shelf are no lines.
 * @throws Problem 409 `cart-empty`, or 422 `unknown-product` with a pointer for each item that names none
 */
export async function linesOf(sql: Sql, { sessionId, items }: LineSource): Promise<Line[]> {
  return items ? linesOfItems(sql, items) : linesOfCart(sql, sessionId ?? '');
}

/**
 * Holds a cart against changes until the transaction ends. One that is not there cannot be held: lines that it got a moment later could be
 * deleted unseen, so it counts as empty.
 * @throws Problem 409 `cart-empty`
 */
export async function lockCart(sql: Sql, sessionId: string): Promise<void> {
  const rows = await sql('select 1 as held from carts where session_id = $1 for update', [sessionId]);
  if (rows.length === 0) throw cartEmpty();
}

/** Marks a cart as ordered: it is empty from now on, and ordering it again finds nothing. */
export async function markCartOrdered(sql: TransactionSql, sessionId: string, now: Date): Promise<void> {
  await sql(`update carts set lines = '{}', ordered_at = $2, updated_at = $2, version = version + 1 where session_id = $1`, [
    sessionId,
    now,
  ]);
  sql.afterCommit(() => blockCopy(sessionId));
}

const columns = 'p.id as "productId", p.name, p.image_url as "imageUrl", p.price_amount as cents';

async function linesOfCart(sql: Sql, sessionId: string): Promise<Line[]> {
  const lines = await sql<Line>(
    `select ${columns}, (line -> 'quantity')::integer as quantity
       from carts c cross join lateral jsonb_each(c.lines) as held (id, line)
       join products p on p.id = held.id::uuid and p.archived_at is null
      where c.session_id = $1 order by line -> 'addedAt', p.id`,
    [sessionId],
  );
  if (lines.length === 0) throw cartEmpty();
  return lines;
}

const cartEmpty = () => new Problem('conflict', 'cart-empty', 'The cart is empty. It may have been ordered already.');

async function linesOfItems(sql: Sql, items: { productId: string; quantity: number }[]): Promise<Line[]> {
  const ids = items.map((item) => item.productId);
  const rows = await sql<Omit<Line, 'quantity'>>(
    `select ${columns} from products p where p.id = any($1::uuid[]) and p.archived_at is null`,
    [ids],
  );
  const products = new Map(rows.map((row) => [row.productId, row]));
  const unknown = ids.flatMap((id, i) => (products.has(id) ? [] : [`/items/${i}/productId`]));
  if (unknown.length > 0) throw unknownProduct(...unknown);
  return items.map(({ quantity }, i) => ({ ...(products.get(ids[i] as string) as Omit<Line, 'quantity'>), quantity }));
}
