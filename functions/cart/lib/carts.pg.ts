import { unknownProduct } from '#functions/catalog/lib/unknown-product.ts';
import type { Sql } from '#platform/db/sql.ts';
import { Problem } from '#platform/errors.ts';
import { maxLines, maxQuantity } from './contract.ts';

// docs/adr/0015-lines-in-the-carts-row.md: lines are `{"<product id>": {"quantity": 2, "addedAt": <ms since 1970>}}` in the cart's row. Each
// change is one statement that computes the new lines from the row as it is once the statement has its lock (`on conflict do update` and
// `update` see the newest row), and answers what it has written.

/** A cart as PostgreSQL has it, at base prices in US cents. */
export interface CartRow {
  version: number;
  updated_at: string;
  items: { productId: string; name: string; imageUrl: string; quantity: number; cents: number; available: boolean }[] | null;
}

/** The lines of `cart` with their products. Those of products that are gone or off the shelf stay in the row and are not shown. */
const items = `(select json_agg(json_build_object('productId', p.id, 'name', p.name, 'imageUrl', p.image_url,
            'quantity', (line -> 'quantity')::integer, 'cents', p.price_amount, 'available', p.stock >= (line -> 'quantity')::integer)
          order by line -> 'addedAt', p.id)
     from jsonb_each(cart.lines) as held (id, line) join products p on p.id = held.id::uuid and p.archived_at is null) as items`;

/** Undefined for a cart that never held anything. */
export async function selectCart(sql: Sql, sessionId: string): Promise<CartRow | undefined> {
  const [row] = await sql<CartRow>(`select cart.version, cart.updated_at, ${items} from carts cart where cart.session_id = $1`, [
    sessionId,
  ]);
  return row;
}

/** Of an empty cart that gets lines: it begins (again), which the funnel counts. One cart that another is merged into goes on. */
const beginAgain = `begun_at = case when c.lines = '{}' then coalesce(excluded.begun_at, c.begun_at) else c.begun_at end`;

/** @throws Problem 422 `unknown-product`, or `cart-limit` above 99 pieces a line or 100 products */
export const addToLine = (sql: Sql, sessionId: string, productId: string, quantity: number, now: Date): Promise<CartRow> =>
  writeLine(sql, { sessionId, productId, quantity, now }, `coalesce((c.lines -> $2::uuid::text -> 'quantity')::integer, 0) + $3`);

/** @throws Problem 422 `unknown-product`, or `cart-limit` above 100 products */
export const setLine = (sql: Sql, sessionId: string, productId: string, quantity: number, now: Date): Promise<CartRow> =>
  writeLine(sql, { sessionId, productId, quantity, now }, '$3');

/** Writes a line and raises the version; a cart that is not there begins, one that was ordered begins anew, one that is full stays as it is. */
async function writeLine(
  sql: Sql,
  { sessionId, productId, quantity, now }: { sessionId: string; productId: string; quantity: number; now: Date },
  newQuantity: string,
): Promise<CartRow> {
  const [row] = await sql<CartRow & { known: boolean; written: boolean }>(
    `with product as (select id::text as id from products where id = $2 and archived_at is null),
          cart as (
            insert into carts as c (session_id, lines, created_at, updated_at, begun_at)
              select $1, jsonb_build_object(id, jsonb_build_object('quantity', $3::integer, 'addedAt', $5::bigint)), $4, $4, $4 from product
            on conflict (session_id) do update
               set lines = c.lines || jsonb_build_object($2::uuid, (excluded.lines || c.lines) -> $2::uuid::text || jsonb_build_object('quantity', ${newQuantity})),
                   version = c.version + 1, updated_at = excluded.updated_at, ordered_at = null, ${beginAgain}
             where ${newQuantity} <= ${maxQuantity}
               and (c.lines ? $2::uuid::text
                    or (select count(*) from jsonb_object_keys(c.lines) as held (id)
                          join products p on p.id = held.id::uuid and p.archived_at is null) < ${maxLines})
            returning version, updated_at, lines)
     select exists (select from product) as known, cart.version is not null as written, cart.version, cart.updated_at, ${items}
       from (select) as always left join cart on true`,
    [sessionId, productId, quantity, now, now.getTime()],
  );
  if (!row?.known) throw unknownProduct('/productId');
  if (!row.written) {
    throw new Problem('unprocessable', 'cart-limit', `A cart holds at most ${maxQuantity} pieces of a product and ${maxLines} products.`);
  }
  return row;
}

/** Takes a product out. A line that is not there changes nothing; undefined for a cart that is not there. */
export async function removeLine(sql: Sql, sessionId: string, productId: string, now: Date): Promise<CartRow | undefined> {
  const [row] = await sql<CartRow>(
    `with cart as (
       update carts set lines = lines - $2::uuid::text, version = version + (lines ? $2::uuid::text)::integer,
                        updated_at = case when lines ? $2::uuid::text then $3 else updated_at end
        where session_id = $1 returning version, updated_at, lines)
     select cart.version, cart.updated_at, ${items} from cart`,
    [sessionId, productId, now],
  );
  return row;
}

/** Empties the cart. One that is empty stays as it is; undefined for a cart that is not there. */
export async function clearLines(sql: Sql, sessionId: string, now: Date): Promise<CartRow | undefined> {
  const [row] = await sql<CartRow>(
    `update carts set lines = '{}', version = version + (lines <> '{}')::integer, updated_at = case when lines <> '{}' then $2 else updated_at end
      where session_id = $1 returning version, updated_at, null as items`,
    [sessionId, now],
  );
  return row;
}

/**
 * Puts a guest's lines into the shopper's own cart and deletes the guest's cart. Quantities add up to 99 a line; of more than 100 products the
 * shopper's own and then the ones added first stay. The own cart is made under `newId` when there is none.
 */
export async function mergeInto(
  sql: Sql,
  { userId, guestId, newId, now }: { userId: string; guestId: string; newId: string; now: Date },
): Promise<CartRow & { session_id: string }> {
  const [row] = await sql<CartRow & { session_id: string }>(
    // `guest` waits for the guest's row and gives its newest lines; a version of 1 in `excluded` says that there was one.
    `with guest as (delete from carts where session_id = $1 and user_id is null returning lines, begun_at),
          cart as (
            insert into carts as c (session_id, user_id, version, lines, created_at, updated_at, begun_at)
              select $2, $3, (select count(*) from guest), coalesce((select lines from guest), '{}'), $4, $4, (select begun_at from guest)
            on conflict (user_id) do update
               set lines = (select coalesce(jsonb_object_agg(merged.id, merged.line), '{}') from (
                     select coalesce(own.id, guests.id) as id, jsonb_build_object(
                              'quantity', least(${maxQuantity}, coalesce((own.line -> 'quantity')::integer, 0) + coalesce((guests.line -> 'quantity')::integer, 0)),
                              'addedAt', coalesce(own.line, guests.line) -> 'addedAt') as line
                       from jsonb_each(c.lines) as own (id, line) full join jsonb_each(excluded.lines) as guests (id, line) on guests.id = own.id
                       left join products p on p.id = coalesce(own.id, guests.id)::uuid and p.archived_at is null
                      order by p.id is null, own.id is null, coalesce(own.line, guests.line) -> 'addedAt' limit ${maxLines}) merged),
                   version = c.version + excluded.version,
                   updated_at = case when excluded.version = 1 then excluded.updated_at else c.updated_at end, ${beginAgain}
            returning session_id, version, updated_at, lines)
     select cart.session_id, cart.version, cart.updated_at, ${items} from cart`,
    [guestId, newId, userId, now],
  );
  return row as CartRow & { session_id: string };
}
