import type pg from 'pg';
import { writeAds } from './ads.ts';
import { writeAffinitiesDue } from './affinities.ts';
import { categories, products } from './catalog.ts';
import { seedId } from './ids.ts';
import { insert } from './insert.ts';
import { seedOrders } from './orders.ts';
import { pastOrders } from './past-orders.ts';
import { writeSales } from './sales.ts';
import type { SeedOrder } from './seed-order.ts';
import { writeUsers } from './users.ts';
import { writeWords } from './words.ts';
import { writeOrders } from './write-orders.ts';

/**
 * Writes the catalog with its ads and, with `demoData`, the demo accounts and ten orders, with `past` those of the past months, too; the caller owns the transaction. Rows that are there already keep their stock,
 * popularity and order state: those belong to the shop once it is open. Only a product's text, price and picture are set back.
 * @returns how many seed orders the shop has now
 */
export async function writeBase(
  client: pg.ClientBase,
  { demoData, past, now }: { demoData: boolean; past: boolean; now: Date },
): Promise<number> {
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
  await writeAds(client);
  await writeWords(client);
  const added = new Set(written.filter((row) => row.added).map((row) => row.id));
  if (demoData) await writeUsers(client, now);
  const wanted = demoData ? [...seedOrders(now), ...(past ? pastOrders(now) : [])] : [];
  const orders = await writeOrders(client, wanted);
  await writeSales(client, orders);
  if (past) await writeAffinitiesDue(client, orders);
  await writeStockMovements(client, added, orders, now);
  return wanted.length;
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
