import { unknownProduct } from '#functions/catalog/lib/unknown-product.ts';
import { type Sql, violatedConstraint } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { maxLines, maxQuantity } from './contract.ts';

/** A cart as PostgreSQL has it, at base prices in US cents. */
export interface CartRow {
  version: number;
  updated_at: string;
  items: { productId: string; name: string; imageUrl: string; quantity: number; cents: number; available: boolean }[] | null;
}

/** Undefined for a cart that never held anything. */
export async function selectCart(sql: Sql, sessionId: string): Promise<CartRow | undefined> {
  const [row] = await sql<CartRow>(
    `select c.version, c.updated_at,
            (select json_agg(json_build_object('productId', p.id, 'name', p.name, 'imageUrl', p.image_url, 'quantity', i.quantity,
                      'cents', p.price_amount, 'available', p.archived_at is null and p.stock >= i.quantity) order by i.added_at, p.id)
               from cart_items i join products p on p.id = i.product_id
              where i.session_id = c.session_id) as items
       from carts c where c.session_id = $1`,
    [sessionId],
  );
  return row;
}

// Each change is one statement, so it is one transaction: it raises the cart's version, which locks the cart's row against other
// changes, and writes the line. A cart that was ordered begins anew; one that is full stays as it is.
const touchCart = `insert into carts (session_id, created_at, updated_at) select $1, $4, $4 from product
     where (select count(*) from cart_items i where i.session_id = $1 and i.product_id <> $2) < ${maxLines}
    on conflict (session_id) do update set version = carts.version + 1, updated_at = excluded.updated_at, ordered_at = null
    returning session_id`;

async function writeLine(sql: Sql, sessionId: string, productId: string, quantity: number, now: Date, onConflict: string): Promise<void> {
  const [row] = await sql<{ known: boolean; written: boolean }>(
    `with product as (select id from products where id = $2 and archived_at is null),
          cart as (${touchCart}),
          line as (insert into cart_items (session_id, product_id, quantity, added_at)
                     select cart.session_id, product.id, $3, $4 from cart, product
                     on conflict (session_id, product_id) do update set quantity = ${onConflict}
                     returning 1)
     select exists (select from product) as known, exists (select from line) as written`,
    [sessionId, productId, quantity, now],
  ).catch((error) => {
    const constraint = violatedConstraint(error);
    if (constraint === 'cart_items_product_id_fkey') throw unknownProduct('/productId'); // deleted while this waited
    throw constraint === 'cart_items_quantity_limit' ? tooMany() : error;
  });
  if (!row?.known) throw unknownProduct('/productId');
  if (!row.written) throw tooMany();
}

const tooMany = () =>
  new Problem('unprocessable', 'cart-limit', `A cart holds at most ${maxQuantity} pieces of a product and ${maxLines} products.`);

/** @throws Problem 422 `unknown-product`, or `cart-limit` above 99 pieces a line */
export const addToLine = (sql: Sql, sessionId: string, productId: string, quantity: number, now: Date): Promise<void> =>
  writeLine(sql, sessionId, productId, quantity, now, 'cart_items.quantity + excluded.quantity');

/** @throws Problem 422 `unknown-product` */
export const setLine = (sql: Sql, sessionId: string, productId: string, quantity: number, now: Date): Promise<void> =>
  writeLine(sql, sessionId, productId, quantity, now, 'excluded.quantity');

/** Takes a product out; a line or cart that is not there is no error and changes nothing. */
export const removeLine = (sql: Sql, sessionId: string, productId: string, now: Date): Promise<void> =>
  deleteLines(sql, sessionId, productId, now);

/** Empties the cart; one that is not there is no error. */
export const clearLines = (sql: Sql, sessionId: string, now: Date): Promise<void> => deleteLines(sql, sessionId, null, now);

async function deleteLines(sql: Sql, sessionId: string, productId: string | null, now: Date): Promise<void> {
  await sql(
    `with cart as (
       update carts set version = version + 1, updated_at = $3
        where session_id = $1
          and exists (select from cart_items i where i.session_id = $1 and ($2::uuid is null or i.product_id = $2))
       returning session_id)
     delete from cart_items i using cart where i.session_id = cart.session_id and ($2::uuid is null or i.product_id = $2)`,
    [sessionId, productId, now],
  );
}

/** The id of a shopper's own cart, locked until the transaction ends; made under `newId` when they have none. */
export async function ownCart(sql: Sql, userId: string, newId: string, now: Date): Promise<string> {
  const [cart] = await sql<{ session_id: string }>(
    `insert into carts (session_id, user_id, version, created_at, updated_at) values ($1, $2, 0, $3, $3)
     on conflict (user_id) do update set user_id = excluded.user_id returning session_id`,
    [newId, userId, now],
  );
  return (cart as { session_id: string }).session_id;
}

/** Moves all lines of a guest's cart into another, as far as that has room, and deletes the guest's. */
export async function moveLines(sql: Sql, guestId: string, intoId: string, now: Date): Promise<void> {
  const guests = await sql('select 1 as found from carts where session_id = $1 and user_id is null for update', [guestId]);
  if (guests.length === 0) return;
  await sql(
    `insert into cart_items (session_id, product_id, quantity, added_at)
       select $2, i.product_id, i.quantity, i.added_at from cart_items i
        where i.session_id = $1
        order by exists (select from cart_items own where own.session_id = $2 and own.product_id = i.product_id) desc, i.added_at
        limit greatest(0, ${maxLines} - (select count(*) from cart_items own where own.session_id = $2
                and not exists (select from cart_items guest where guest.session_id = $1 and guest.product_id = own.product_id)))
     on conflict (session_id, product_id) do update set quantity = least(${maxQuantity}, cart_items.quantity + excluded.quantity)`,
    [guestId, intoId],
  );
  await sql('delete from carts where session_id = $1', [guestId]);
  await sql('update carts set version = version + 1, updated_at = $2 where session_id = $1', [intoId, now]);
}
