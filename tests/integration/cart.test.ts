import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cart } from '#functions/cart/lib/contract.ts';
import { priceIn } from '#functions/currency/lib/convert.ts';
import type { Currency } from '#platform/money.ts';
import { fixed } from '#tests/support/exchanges.ts';
import { signIn } from '#tests/support/people.ts';
import { contentsOf } from '#tests/support/raw.ts';
import { guest, type Reply, type Shop, startShop } from '#tests/support/shop.ts';

let shop: Shop;
let buyer: ReturnType<typeof guest>;
let products: { id: string; price: number; stock: number }[];
beforeAll(async () => {
  shop = await startShop();
  buyer = guest(shop);
  products = (
    await shop.database.query<{ id: string; price: string; stock: number }>(
      'select id, price_amount as price, stock from products where stock >= 60 order by id',
    )
  ).map((row) => ({ ...row, price: Number(row.price) }));
});
afterAll(() => shop.end());

const nth = (n: number) => products[n] as (typeof products)[number];
const add = (sessionId: string | undefined, productId: string, quantity = 1) =>
  shop.call('/api/cart/add', { body: { sessionId, productId, quantity } });
const update = (sessionId: string, productId: string, quantity: number) =>
  shop.call('/api/cart/update', { method: 'PUT', body: { sessionId, productId, quantity } });
const remove = (sessionId: string, productId: string) => shop.call(`/api/cart/${sessionId}/item/${productId}`, { method: 'DELETE' });
const clear = (sessionId: string) => shop.call(`/api/cart/${sessionId}`, { method: 'DELETE' });
const read = (sessionId: string, currency = 'USD') => shop.call(`/api/cart/${sessionId}?currency=${currency}`);
const order = (sessionId: string) => buyer.order([], { items: undefined, sessionId });
const quantities = ({ body }: Reply) =>
  Object.fromEntries(body.items.map((item: { productId: string; quantity: number }) => [item.productId, item.quantity]));

/** The answer of a change that must succeed, as its contract has it. */
async function good(reply: Promise<Reply>): Promise<Cart> {
  const { status, body, text } = await reply;
  expect(status, text).toBe(200);
  return Cart.parse(body);
}

describe('a cart', () => {
  it('begins under a new random id when none is given', async () => {
    const first = await good(add(undefined, nth(0).id, 2));
    const second = await good(add(undefined, nth(0).id, 2));
    expect(first.sessionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(first).toMatchObject({ itemCount: 2, version: 1, items: [{ productId: nth(0).id, quantity: 2, available: true }] });
  });

  it('is read as it was answered, lines in the order they came', async () => {
    const id = randomUUID();
    await good(add(id, nth(5).id));
    await good(add(id, nth(1).id, 3));
    const last = await good(add(id, nth(3).id, 2));
    expect(last.items.map(({ productId }) => productId)).toEqual([nth(5).id, nth(1).id, nth(3).id]);
    expect((await read(id)).body).toEqual(last);
    expect(last.itemCount).toBe(6);
    expect(last.subtotal).toEqual({ amount: nth(5).price + 3 * nth(1).price + 2 * nth(3).price, currency: 'USD' });
  });

  it('counts its version up with every change, and with no other request', async () => {
    const id = randomUUID();
    expect((await good(read(id))).version).toBe(0);
    expect((await good(add(id, nth(0).id))).version).toBe(1);
    expect((await good(add(id, nth(0).id))).version).toBe(2);
    expect((await good(update(id, nth(0).id, 7))).version).toBe(3);
    expect((await good(remove(id, nth(1).id))).version).toBe(3);
    expect((await good(update(id, nth(1).id, 0))).version).toBe(3);
    expect((await good(read(id))).version).toBe(3);
    expect((await good(remove(id, nth(0).id))).version).toBe(4);
    expect((await good(clear(id))).version).toBe(4);
    await good(add(id, nth(0).id));
    expect(await good(clear(id))).toMatchObject({ version: 6, items: [], itemCount: 0, subtotal: { amount: 0 } });
  });

  it('of an unknown id is empty, whatever is taken out of it, and stays unknown', async () => {
    const before = await contentsOf(shop.database);
    const id = randomUUID();
    for (const reply of [read(id), clear(id), remove(id, nth(0).id), update(id, nth(0).id, 0)]) {
      expect(await good(reply)).toMatchObject({
        sessionId: id,
        items: [],
        itemCount: 0,
        version: 0,
        subtotal: { amount: 0, currency: 'USD' },
      });
    }
    expect(await contentsOf(shop.database)).toEqual(before);
  });

  it('takes a quantity by update, and by 0 loses the line', async () => {
    const id = randomUUID();
    expect((await good(update(id, nth(0).id, 4))).items).toMatchObject([{ quantity: 4 }]);
    expect((await good(update(id, nth(0).id, 99))).items).toMatchObject([{ quantity: 99 }]);
    expect((await good(update(id, nth(0).id, 1))).items).toMatchObject([{ quantity: 1 }]);
    expect((await good(update(id, nth(0).id, 0))).items).toEqual([]);
  });

  it('does not mind capitals in a product’s id', async () => {
    const id = randomUUID();
    await good(add(id, nth(0).id));
    expect((await good(add(id, nth(0).id.toUpperCase()))).items).toMatchObject([{ productId: nth(0).id, quantity: 2 }]);
    expect((await good(remove(id, nth(0).id.toUpperCase()))).items).toEqual([]);
  });

  it('refuses products that there are not, or no more, and is not begun by them', async () => {
    await shop.database.query('update products set archived_at = now() where id = $1', [nth(9).id]);
    const before = await contentsOf(shop.database);
    for (const productId of [randomUUID(), nth(9).id]) {
      for (const reply of [await add(randomUUID(), productId), await update(randomUUID(), productId, 2)]) {
        expect(reply.body).toMatchObject({ status: 422, code: 'unknown-product', errors: [{ pointer: '/productId' }] });
      }
    }
    expect(await contentsOf(shop.database)).toEqual(before);
    await shop.database.query('update products set archived_at = null where id = $1', [nth(9).id]);
  });

  it.each(['EUR', 'JPY', 'GBP', 'CHF'] as Currency[])('in %s converts each unit price once and adds up the rest', async (currency) => {
    const id = randomUUID();
    await good(add(id, nth(0).id, 3));
    await good(add(id, nth(1).id, 99));
    const cart = await good(read(id, currency));
    const units = [nth(0), nth(1)].map(({ price }) => priceIn(price, fixed(currency)).amount) as [number, number];
    expect(cart.items.map(({ unitPrice, lineTotal }) => [unitPrice, lineTotal])).toEqual([
      [
        { amount: units[0], currency },
        { amount: 3 * units[0], currency },
      ],
      [
        { amount: units[1], currency },
        { amount: 99 * units[1], currency },
      ],
    ]);
    expect(cart.subtotal).toEqual({ amount: 3 * units[0] + 99 * units[1], currency });
    const changed = await shop.call(`/api/cart/add?currency=${currency}`, { body: { sessionId: id, productId: nth(0).id, quantity: 1 } });
    expect(changed.body.items[0].lineTotal).toEqual({ amount: 4 * units[0], currency });
  });
});

describe('limits', () => {
  it('refuse more than 99 pieces of a product, and change nothing', async () => {
    const id = randomUUID();
    await good(add(id, nth(0).id, 99));
    const before = await contentsOf(shop.database);
    expect((await add(id, nth(0).id, 1)).body).toMatchObject({ status: 422, code: 'cart-limit' });
    expect((await add(id, nth(0).id, 99)).body).toMatchObject({ status: 422, code: 'cart-limit' });
    expect(await contentsOf(shop.database)).toEqual(before);
  });

  it('hold for adds at once', async () => {
    const id = randomUUID();
    const replies = await Promise.all(Array.from({ length: 6 }, () => add(id, nth(0).id, 40)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 422, 422, 422, 422]);
    expect(quantities(await read(id))).toEqual({ [nth(0).id]: 80 });
    expect((await read(id)).body.version).toBe(2);
  });

  it('refuse a hundred and first product, and change nothing', async () => {
    const rows = await shop.database.query<{ id: string }>(
      `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
         select gen_random_uuid(), 'many-' || n, 'Many ' || n, '', 100, 1000, now(), now() from generate_series(1, 101) n returning id`,
    );
    const id = randomUUID();
    await Promise.all(rows.slice(0, 90).map((row) => good(add(id, row.id))));
    for (const row of rows.slice(90, 100)) await good(add(id, row.id));
    const before = await contentsOf(shop.database);
    const extra = rows[100]?.id ?? '';
    expect((await add(id, extra)).body).toMatchObject({ status: 422, code: 'cart-limit' });
    expect((await update(id, extra, 5)).body).toMatchObject({ status: 422, code: 'cart-limit' });
    expect(await contentsOf(shop.database)).toEqual(before);
    // What is in it already may still grow, and a whole cart can be ordered.
    const cart = await good(add(id, rows[0]?.id ?? ''));
    expect([cart.items.length, cart.itemCount]).toEqual([100, 101]);
    const placed = await order(id);
    expect([placed.status, placed.body.items.length, placed.body.subtotal.amount]).toEqual([201, 100, 10_100]);
  });
});

describe('a cart with more than there is', () => {
  it('says so, and cannot be ordered until it holds less', async () => {
    const [scarce] = await shop.database.query<{ id: string }>('select id from products where stock = 20');
    const id = randomUUID();
    const productId = scarce?.id ?? '';
    expect((await good(add(id, productId, 20))).items).toMatchObject([{ available: true }]);
    expect((await good(add(id, productId, 1))).items).toMatchObject([{ available: false, quantity: 21 }]);
    await good(add(id, nth(0).id));
    const refused = await order(id);
    expect(refused.body).toMatchObject({ status: 409, code: 'out-of-stock', items: [{ productId, requested: 21, available: 20 }] });
    expect((await good(read(id))).itemCount).toBe(22);
    expect((await good(update(id, productId, 20))).items).toMatchObject([{ available: true }, { available: true }]);
    expect((await order(id)).status).toBe(201);
  });
});

describe('a cart with a product that goes off the shelf', () => {
  const newProducts = async (count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => randomUUID());
    await shop.database.query(
      `insert into products (id, slug, name, description, price_amount, stock, created_at, updated_at)
         select id, 'shelf-' || id, 'Shelf', '', 1000, 10000, now(), now() from unnest($1::uuid[]) id`,
      [ids],
    );
    return ids;
  };

  it('does not show it, and is ordered without it', async () => {
    const id = randomUUID();
    const [archived = '', deleted = ''] = await newProducts(2);
    for (const productId of [archived, deleted, nth(0).id]) await good(add(id, productId, 2));
    await shop.database.query('update products set archived_at = now() where id = $1', [archived]);
    await shop.database.query('delete from products where id = $1', [deleted]);
    const cart = await good(read(id));
    expect(cart).toMatchObject({ items: [{ productId: nth(0).id }], itemCount: 2, version: 3 });
    const placed = await buyer.order([], { items: undefined, sessionId: id });
    expect([placed.status, quantities(placed)]).toEqual([201, { [nth(0).id]: 2 }]);
  });

  it('and holds nothing else is empty to an order', async () => {
    const id = randomUUID();
    const [productId = ''] = await newProducts(1);
    await good(add(id, productId));
    await shop.database.query('update products set archived_at = now() where id = $1', [productId]);
    expect((await order(id)).body).toMatchObject({ status: 409, code: 'cart-empty' });
  });

  it('has room for another in its place', async () => {
    const id = randomUUID();
    const full = await newProducts(102);
    for (const productId of full.slice(0, 100)) await good(add(id, productId));
    expect((await add(id, full[100] as string)).body).toMatchObject({ status: 422, code: 'cart-limit' });
    await shop.database.query('update products set archived_at = now() where id = $1', [full[7]]);
    expect((await good(add(id, full[100] as string))).items).toHaveLength(100);
    expect((await add(id, full[101] as string)).body).toMatchObject({ status: 422, code: 'cart-limit' });
  });

  it('is not touched by that: a cart that somebody holds does not keep an admin waiting', async () => {
    const admin = await signIn(shop, 'admin');
    const id = randomUUID();
    const [productId = ''] = await newProducts(1);
    const before = await good(add(id, productId));
    const other = new pg.Client({ connectionString: shop.database.adminUrl });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select 1 from carts where session_id = $1 for update', [id]);
      expect((await admin.call(`/api/products/${productId}`, { method: 'DELETE' })).status).toBe(204);
    } finally {
      await other.end();
    }
    expect(await good(read(id))).toMatchObject({ items: [], version: before.version, updatedAt: before.updatedAt });
  });

  it('at once with a hundred and thirty more: a hundred find room', async () => {
    const id = randomUUID();
    const replies = await Promise.all((await newProducts(130)).map((productId) => add(id, productId)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(new Set(replies.filter(({ status }) => status !== 200).map(({ body }) => body.code))).toEqual(new Set(['cart-limit']));
    expect((await good(read(id))).items).toHaveLength(100);
  });
});

describe('an ordered cart', () => {
  it('is empty, cannot be ordered again, and takes new lines under the same id', async () => {
    const id = randomUUID();
    await good(add(id, nth(2).id, 3));
    expect((await order(id)).status).toBe(201);
    const emptied = await good(read(id));
    expect(emptied).toMatchObject({ items: [], version: 2 });
    expect((await order(id)).body).toMatchObject({ status: 409, code: 'cart-empty' });
    expect((await good(add(id, nth(3).id, 1))).version).toBe(3);
    const again = await order(id);
    expect(again.body.items).toMatchObject([{ productId: nth(3).id, quantity: 1 }]);
  });

  it('that is refused stays as it was', async () => {
    const id = randomUUID();
    await good(add(id, nth(2).id, 3));
    const before = (await read(id)).text;
    const refused = await buyer.order([], { items: undefined, sessionId: id, expectedTotal: { amount: 1, currency: 'USD' } });
    expect(refused.body.code).toBe('price-changed');
    expect((await read(id)).text).toBe(before);
  });
});

describe('the release before', () => {
  it('changes the cart too: it still runs while this one starts', async () => {
    const id = randomUUID();
    const old = (text: string, values: unknown[]) => shop.database.query(text, values);
    await old(
      `with cart as (insert into carts (session_id, created_at, updated_at) values ($1, now(), now())
                     on conflict (session_id) do update set version = carts.version + 1 returning session_id)
       insert into cart_items (session_id, product_id, quantity, added_at) select session_id, $2, 2, now() from cart`,
      [id, nth(1).id],
    );
    await old('insert into cart_items (session_id, product_id, quantity, added_at) values ($1, $2, 1, now())', [id, nth(2).id]);
    await old('update cart_items set quantity = 5 where session_id = $1 and product_id = $2', [id, nth(2).id]);
    expect((await good(read(id))).items.map(({ quantity }) => quantity)).toEqual([2, 5]);
    await old('delete from cart_items where session_id = $1 and product_id = $2', [id, nth(1).id]);
    expect(quantities(await add(id, nth(2).id))).toEqual({ [nth(2).id]: 6 });
  });

  it.each(['order', 'clear'] as const)('sees no lines of a cart after the %s', async (change) => {
    const id = randomUUID();
    await good(add(id, nth(0).id, 2));
    await shop.database.query(
      'insert into cart_items (session_id, product_id, quantity, added_at) values ($1, $2, 2, now()), ($1, $3, 1, now())',
      [id, nth(0).id, nth(1).id],
    );
    expect((await { order, clear }[change](id)).status).toBeLessThan(300);
    expect(await shop.database.query('select 1 from cart_items where session_id = $1', [id])).toEqual([]);
    expect((await good(read(id))).items).toEqual([]);
  });

  it('sees what this one has written, once the statements for a rollback were run', async () => {
    const id = randomUUID();
    for (const n of [0, 1]) await good(add(id, nth(n).id, 2));
    await shop.database.query(
      'insert into cart_items (session_id, product_id, quantity, added_at) select $1, unnest($2::uuid[]), 2, now()',
      [id, [nth(0).id, nth(1).id]],
    );
    await good(add(id, nth(0).id, 3));
    await good(remove(id, nth(1).id));
    await good(add(id, nth(2).id));
    const migration = readFileSync(join(import.meta.dirname, '../../db/migrations/0006_cart_lines.sql'), 'utf8');
    const [, down = ''] = migration.split('-- Down Migration');
    for (const statement of down.split(';').slice(0, 2)) await shop.database.query(statement);
    const seen = await shop.database.query('select product_id, quantity from cart_items where session_id = $1 order by added_at', [id]);
    expect(seen).toEqual([
      { product_id: nth(0).id, quantity: 5 },
      { product_id: nth(2).id, quantity: 1 },
    ]);
    expect(quantities(await read(id))).toEqual({ [nth(0).id]: 5, [nth(2).id]: 1 });
  });
});

describe('at once', () => {
  it('fifty adds of one piece are fifty pieces', async () => {
    const id = randomUUID();
    const carts = await Promise.all(Array.from({ length: 50 }, () => good(add(id, nth(0).id))));
    // Each answer is of another version, and its lines are those of that version.
    expect(carts.map(({ version, itemCount }) => [version, itemCount]).sort(([a = 0], [b = 0]) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => [i + 1, i + 1]),
    );
    expect(await good(read(id))).toMatchObject({ itemCount: 50, version: 50 });
  });

  it('fifty adds, merges and orders on one cart: every answer has the lines of its version, and no piece is lost', async () => {
    const account = { email: `${randomUUID()}@example.com`, password: 'correct horse battery', name: 'Ada' };
    const headers = { authorization: `Bearer ${(await shop.call('/api/auth/register', { body: account })).body.accessToken}` };
    const merge = (sessionId: string) => shop.call('/api/cart/merge', { headers, body: { sessionId } });
    await shop.database.query('update products set stock = 100000 where id = any($1)', [[nth(4).id, nth(5).id]]);
    const guests = await Promise.all(Array.from({ length: 13 }, async () => (await good(add(undefined, nth(5).id, 2))).sessionId));
    const { sessionId: id, version: start } = await good(merge(randomUUID()));
    expect(start).toBe(0);
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        if (i % 4 === 1) return merge(guests[(i - 1) / 4] as string).then((reply) => ({ ...reply, pieces: reply.status === 200 ? 2 : 0 }));
        if (i % 10 === 8) return order(id).then((reply) => ({ ...reply, pieces: 0 }));
        return add(id, nth(4).id).then((reply) => ({ ...reply, pieces: 1 }));
      }),
    );
    expect(replies.filter(({ status }) => status >= 400 && status !== 409).map(({ text }) => text)).toEqual([]);
    const carts = replies.filter(({ status }) => status === 200).map(({ body, pieces }) => ({ ...Cart.parse(body), pieces }));
    const orders = replies.filter(({ status }) => status === 201);
    const sizes = new Map(carts.map(({ version, itemCount }) => [version, itemCount]));
    expect(sizes.size).toBe(carts.length);
    // Of two versions one after the other the second has just what its change put in; an order in between leaves a gap.
    const jumps = carts.filter(({ version, itemCount, pieces }) => (sizes.get(version - 1) ?? itemCount - pieces) + pieces !== itemCount);
    expect(jumps).toEqual([]);
    const left = await good(read(id));
    expect(left.version).toBe(carts.length + orders.length);
    const ordered = orders.flatMap(({ body }) => body.items as { quantity: number }[]).reduce((sum, { quantity }) => sum + quantity, 0);
    expect(ordered + left.itemCount).toBe(carts.reduce((sum, { pieces }) => sum + pieces, 0));
  });

  it('changes of every kind never fail, and leave what their last ones say', async () => {
    const id = randomUUID();
    const three = [nth(0).id, nth(1).id, nth(2).id];
    const kinds = [
      (n: number) => add(id, three[n % 3] ?? '', 1),
      (n: number) => update(id, three[n % 3] ?? '', 1 + (n % 5)),
      (n: number) => remove(id, three[n % 3] ?? ''),
      () => clear(id),
      (n: number) => update(id, three[n % 3] ?? '', 0),
      () => order(id),
      () => read(id),
    ];
    const clearAll = () => clear(id);
    const worker = async (seed: number) => {
      const statuses: number[] = [];
      for (let n = 0; n < 40; n++) statuses.push((await (kinds[(n * 3 + seed) % kinds.length] ?? clearAll)(n + seed)).status);
      return statuses;
    };
    const statuses = (await Promise.all(Array.from({ length: 14 }, (_, seed) => worker(seed)))).flat();
    expect([...new Set(statuses)].filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
    await good(clear(id));
    expect((await good(update(id, three[0] ?? '', 9))).items).toMatchObject([{ productId: three[0], quantity: 9 }]);
  });

  it('orders and adds lose no piece: each is ordered or still in the cart', async () => {
    await shop.database.query('update products set stock = 100000 where id = any($1)', [[nth(4).id, nth(5).id]]);
    for (let round = 0; round < 20; round++) {
      const id = randomUUID();
      if (round % 2) await good(add(id, nth(4).id));
      const replies = await Promise.all([
        ...Array.from({ length: 8 }, (_, i) => add(id, nth(4 + (i % 2)).id)),
        order(id),
        order(id),
        ...Array.from({ length: 4 }, (_, i) => add(id, nth(4 + (i % 2)).id)),
        order(id),
      ]);
      const added = replies.filter(({ body }) => body.sessionId).length + (round % 2);
      const orders = replies.filter(({ status }) => status === 201);
      const ordered = orders
        .flatMap(({ body }) => body.items)
        .reduce((sum: number, { quantity }: { quantity: number }) => sum + quantity, 0);
      expect(replies.filter(({ status }) => status >= 400 && status !== 409).map(({ text }) => text)).toEqual([]);
      expect(added).toBe(12 + (round % 2));
      expect(ordered + (await good(read(id))).itemCount).toBe(added);
      for (const { status, body } of replies.filter(({ status }) => status >= 400))
        expect([status, body.code]).toEqual([409, 'cart-empty']);
    }
  });
});
