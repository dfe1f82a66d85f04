import { unknownProduct } from '#functions/catalog/lib/unknown-product.ts';
import type { Sql } from '#platform/db/sql.ts';
import { type Part, together } from '#platform/db/together.ts';
import { Problem } from '#platform/errors.ts';

/** A product and how many of it, with what an order must remember of it. */
export interface Line {
  productId: string;
  name: string;
  imageUrl: string;
  /** Base price in US cents. */
  cents: number;
  quantity: number;
}

interface Item {
  productId: string;
  quantity: number;
}

/** What a body names: a cart, or products themselves. The contract lets through exactly one of both. */
export interface LineSource {
  sessionId?: string | undefined;
  items?: Item[] | undefined;
}

/**
 * The lines that a body names, in its order, at today's prices. A cart's products that are gone or off the shelf are no lines.
 * @throws Problem 409 `cart-empty`, or 422 `unknown-product` with a pointer for each item that names none
 */
export async function linesOf(sql: Sql, { sessionId, items }: LineSource): Promise<Line[]> {
  if (!items) return linesOfCart(sql, sessionId ?? '');
  const ids = items.map(({ productId }) => productId);
  return linesOfItems(items, await together<Goods>(sql, { goods: selectGoods(ids) }, 'select * from goods'));
}

/** The lines of a cart's row: quantities by product, see docs/adr/0015-lines-in-the-carts-row.md. */
export type CartLines = Record<string, { quantity: number; addedAt: number }>;

/**
 * A part that holds a cart against changes until the transaction ends and gives its newest lines, once the part `key` has found the request's
 * key free. A cart that is not there cannot be held, and has no lines.
 */
export const lockCart =
  (sessionId: string | undefined): Part =>
  (bind) =>
    `select lines from carts where session_id = ${bind(sessionId ?? null)} and (select free from key) for update`;

/** A part that gives the ids of the products in a cart, and when each was put in. Waits for nobody. */
export const productsHeld =
  (sessionId: string): Part =>
  (bind) =>
    `select held.id::uuid as id, line -> 'addedAt' as added_at from carts cross join lateral jsonb_each(lines) as held (id, line)
      where session_id = ${bind(sessionId)}`;

/** A part that marks a cart as ordered: it is empty from now on, and ordering it again finds nothing. */
export const markCartOrdered =
  (sessionId: string | undefined, now: Date): Part =>
  (bind) => {
    const at = bind(now);
    return `update carts set lines = '{}', ordered_at = ${at}, updated_at = ${at}, version = version + 1 where session_id = ${bind(sessionId ?? null)}`;
  };

/** What is named by a locked cart, in the order in which it was put in. */
export const itemsOfCart = (lines: CartLines | null): Item[] =>
  Object.entries(lines ?? {})
    .sort(([a, { addedAt: at }], [b, { addedAt: bt }]) => at - bt || (a < b ? -1 : 1))
    .map(([productId, { quantity }]) => ({ productId, quantity }));

/** A part that gives the products of these ids that are on the shelf. */
export const selectGoods =
  (ids: string[]): Part =>
  (bind) =>
    `select ${columns} from products p where p.id = any(${bind(ids)}::uuid[]) and p.archived_at is null`;

type Goods = Omit<Line, 'quantity'>;

/**
 * The lines that a cart makes: its products that are gone or off the shelf are none.
 * @throws Problem 409 `cart-empty`
 */
export function linesInCart(items: Item[], goods: readonly Goods[]): Line[] {
  const products = new Map(goods.map((product) => [product.productId, product]));
  const lines = items.flatMap(({ productId, quantity }) => {
    const product = products.get(productId);
    return product ? [{ ...product, quantity }] : [];
  });
  if (lines.length === 0) throw cartEmpty();
  return lines;
}

/** @throws Problem 422 `unknown-product` with a pointer for each item that names none */
export function linesOfItems(items: Item[], goods: readonly Goods[]): Line[] {
  const products = new Map(goods.map((product) => [product.productId, product]));
  const unknown = items.flatMap(({ productId }, i) => (products.has(productId) ? [] : [`/items/${i}/productId`]));
  if (unknown.length > 0) throw unknownProduct(...unknown);
  return items.map(({ productId, quantity }) => ({ ...(products.get(productId) as Goods), quantity }));
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
