import type pg from 'pg';
import { categories, products } from './catalog.ts';
import { seedId } from './ids.ts';
import { adminUserId, type SeedOrder, seedOrders } from './orders.ts';
import { writeSales } from './sales.ts';
import { writeUsers } from './users.ts';
import { writeWords } from './words.ts';

/**
 * Writes the catalog and, with `demoData`, the demo accounts and ten orders; the caller owns the transaction. Rows that are there already keep their stock,
 * popularity and order state: those belong to the shop once it is open. Only a product's text, price and picture are set back.
 * @returns how many seed orders the shop has now
 */
export async function writeBase(client: pg.ClientBase, { demoData, now }: { demoData: boolean; now: Date }): Promise<number> {
  await insert(
    client,
    'categories',
    { id: 'uuid', slug: 'text', name: 'text', description: 'text' },
    categories,
    'on conflict (id) do update set slug = excluded.slug, name = excluded.name, description = excluded.description',
  );
  const written = await insert<{ id: string; added: boolean }>(
    client,
    'products',
    {
      id: 'uuid',
      slug: 'text',
      name: 'text',
      description: 'text',
      category_id: 'uuid',
      price_amount: 'bigint',
      stock: 'integer',
      image_url: 'text',
      tags: 'text[]',
      popularity: 'integer',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    products.map((product) => ({
      ...product,
      category_id: product.categoryId,
      price_amount: product.priceAmount,
      image_url: product.imageUrl,
      created_at: product.createdAt,
      updated_at: product.createdAt,
    })),
    `on conflict (id) do update set
       slug = excluded.slug, name = excluded.name, description = excluded.description, category_id = excluded.category_id,
       price_amount = excluded.price_amount, image_url = excluded.image_url, tags = excluded.tags, updated_at = now()
     where (products.slug, products.name, products.description, products.category_id, products.price_amount, products.image_url, products.tags)
       is distinct from
       (excluded.slug, excluded.name, excluded.description, excluded.category_id, excluded.price_amount, excluded.image_url, excluded.tags)
     returning id, xmax = 0 as added`,
  );
  await writeWords(client);
  const added = new Set(written.filter((row) => row.added).map((row) => row.id));
  if (demoData) await writeUsers(client, now);
  const wanted = demoData ? seedOrders(now) : [];
  await writeStockMovements(client, added, await writeOrders(client, wanted), now);
  return wanted.length;
}

/** Writes the orders that are not there yet, with all that hangs on them, and gives those back. */
async function writeOrders(client: pg.ClientBase, wanted: readonly SeedOrder[]): Promise<SeedOrder[]> {
  const written = await insert<{ id: string }>(
    client,
    'orders',
    {
      id: 'uuid',
      number: 'text',
      status: 'text',
      user_id: 'uuid',
      email: 'text',
      currency: 'text',
      rate_micros: 'bigint',
      subtotal: 'bigint',
      shipping: 'bigint',
      tax: 'bigint',
      total: 'bigint',
      shipping_method: 'text',
      shipping_address: 'jsonb',
      tracking: 'jsonb',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    wanted.map((order) => ({
      ...order,
      user_id: order.userId,
      rate_micros: order.rateMicros,
      shipping_method: order.shippingMethod,
      shipping_address: order.shippingAddress,
      created_at: order.createdAt,
      updated_at: order.updatedAt,
    })),
    'on conflict do nothing returning id',
  );
  const added = new Set(written.map((row) => row.id));
  const orders = wanted.filter((order) => added.has(order.id));

  await insert(
    client,
    'order_items',
    {
      order_id: 'uuid',
      position: 'integer',
      product_id: 'uuid',
      name: 'text',
      image_url: 'text',
      quantity: 'integer',
      unit_price: 'bigint',
      line_total: 'bigint',
    },
    orders.flatMap((order) =>
      order.items.map((item, index) => ({
        ...item,
        order_id: order.id,
        position: index + 1,
        product_id: item.productId,
        image_url: item.imageUrl,
        unit_price: item.unitPrice,
        line_total: item.lineTotal,
      })),
    ),
  );
  await insert(
    client,
    'order_history',
    { id: 'uuid', order_id: 'uuid', status: 'text', actor: 'text', reason: 'text', at: 'timestamptz' },
    orders.flatMap((order) => order.history.map((step) => ({ ...step, order_id: order.id }))),
  );
  await writePayments(client, orders);
  await writeSales(client, orders);
  return orders;
}

/** Payments and refunds, here and at the mock provider, so that these orders can be refunded like any other. */
async function writePayments(client: pg.ClientBase, orders: readonly SeedOrder[]): Promise<void> {
  const paid = orders.flatMap(({ id, payment, refund }) => (payment ? [{ orderId: id, payment, refund }] : []));
  const refunded = paid.flatMap(({ orderId, payment, refund }) => (refund ? [{ orderId, payment, refund }] : []));
  await insert(
    client,
    'payments',
    {
      id: 'uuid',
      order_id: 'uuid',
      provider: 'text',
      intent_id: 'text',
      client_secret: 'text',
      amount: 'bigint',
      currency: 'text',
      status: 'text',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    paid.map(({ orderId, payment }) => ({
      id: payment.id,
      order_id: orderId,
      provider: 'mock',
      intent_id: payment.intentId,
      client_secret: payment.clientSecret,
      amount: payment.amount,
      currency: 'USD',
      status: 'succeeded',
      created_at: payment.createdAt,
      updated_at: payment.settledAt,
    })),
  );
  await insert(
    client,
    'mock_intents',
    {
      id: 'text',
      request_key: 'text',
      client_secret: 'text',
      amount: 'bigint',
      currency: 'text',
      status: 'text',
      refunded: 'bigint',
      created_at: 'timestamptz',
    },
    paid.map(({ payment, refund }) => ({
      id: payment.intentId,
      request_key: payment.id,
      client_secret: payment.clientSecret,
      amount: payment.amount,
      currency: 'USD',
      status: 'succeeded',
      refunded: refund?.amount ?? 0,
      created_at: payment.createdAt,
    })),
  );
  await insert(
    client,
    'refunds',
    {
      id: 'uuid',
      order_id: 'uuid',
      payment_id: 'uuid',
      amount: 'bigint',
      currency: 'text',
      reason: 'text',
      actor: 'text',
      status: 'text',
      provider_refund_id: 'text',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    refunded.map(({ orderId, payment, refund }) => ({
      id: refund.id,
      order_id: orderId,
      payment_id: payment.id,
      amount: refund.amount,
      currency: 'USD',
      reason: refund.reason,
      actor: `admin:${adminUserId}`,
      status: 'succeeded',
      provider_refund_id: refund.providerRefundId,
      created_at: refund.createdAt,
      updated_at: refund.createdAt,
    })),
  );
  await insert(
    client,
    'mock_refunds',
    { id: 'text', request_key: 'text', intent_id: 'text', amount: 'bigint', created_at: 'timestamptz' },
    refunded.map(({ payment, refund }) => ({
      id: refund.providerRefundId,
      request_key: refund.id,
      intent_id: payment.intentId,
      amount: refund.amount,
      created_at: refund.createdAt,
    })),
  );
}

/** Initial stock movements: each product's movements must add up to its `stock`, so what came in covers what the orders took. */
async function writeStockMovements(
  client: pg.ClientBase,
  added: ReadonlySet<string>,
  orders: readonly SeedOrder[],
  now: Date,
): Promise<void> {
  const held = new Map<string, number>();
  const moves: { id: string; product_id: string; delta: number; reason: string; order_id: string | null; actor: string; at: Date }[] = [];
  for (const order of orders) {
    for (const { productId, quantity } of order.items) {
      const move = (delta: number, reason: string, at: Date) =>
        moves.push({
          id: seedId(at, `${order.id}:${productId}:${reason}`),
          product_id: productId,
          delta,
          reason,
          order_id: order.id,
          actor: order.buyer,
          at,
        });
      move(-quantity, 'ordered', order.createdAt);
      if (order.keepsStock) held.set(productId, (held.get(productId) ?? 0) + quantity);
      else move(quantity, 'cancelled', order.updatedAt);
    }
  }
  for (const product of products) {
    const isNew = added.has(product.id);
    const delta = (isNew ? product.stock : 0) + (held.get(product.id) ?? 0);
    if (delta === 0) continue;
    const [reason, at] = isNew ? ['initial stock', product.createdAt] : ['restock', now];
    moves.push({ id: seedId(at, `${product.id}:${reason}`), product_id: product.id, delta, reason, order_id: null, actor: 'system', at });
  }
  await insert(
    client,
    'stock_movements',
    { id: 'uuid', product_id: 'uuid', delta: 'integer', reason: 'text', order_id: 'uuid', actor: 'text', at: 'timestamptz' },
    moves,
  );
}

/** Inserts rows by their column names (and types), all in one statement. */
async function insert<Returned extends object = never>(
  client: pg.ClientBase,
  table: string,
  columns: Record<string, string>,
  rows: readonly object[],
  ending = '',
): Promise<Returned[]> {
  const names = Object.keys(columns).join(', ');
  const types = Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
  const statement = `insert into ${table} (${names}) select ${names} from jsonb_to_recordset($1) as row (${types}) ${ending}`;
  return (await client.query<Returned & pg.QueryResultRow>(statement, [JSON.stringify(rows)])).rows;
}
