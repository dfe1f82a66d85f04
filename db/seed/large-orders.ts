import { connected } from './connection.ts';
import { generatedOrder, type OrderedProduct, type Shelf } from './generated-order.ts';
import { inBatches } from './in-batches.ts';
import { writeOrders } from './write-orders.ts';

/** Orders take the most popular products; so many of them tell enough. */
const shelfSize = 50_000;

/**
 * Adds generated orders, with their lines, history, payments and refunds, each batch in a transaction of its own; those that are there already
 * stay as they are. They are old: stock, popularity and sales say nothing of them, no event tells of them, and none of them waits for anything.
 * @param report hears how many are done, about ten times
 */
export async function writeLargeOrders(
  url: string,
  count: number,
  { now, report }: { now: Date; report: (done: number) => void },
): Promise<void> {
  const shelf = await readShelf(url);
  await inBatches(url, { count, batch: 2_000, report }, (client, numbers) =>
    writeOrders(
      client,
      numbers.map((n) => generatedOrder(n, { count, now, shelf })),
    ),
  );
  await connected(url, async (client) => {
    await client.query('set statement_timeout = 0');
    await client.query('vacuum (analyze) orders, order_items, order_history, payments, refunds, mock_intents, mock_refunds');
  });
}

async function readShelf(url: string): Promise<Shelf> {
  const all = await connected(url, async (client) => {
    const { rows } = await client.query<OrderedProduct>(
      `select id, name, image_url as "imageUrl", price_amount::float8 as "priceAmount", category_id as "categoryId",
              (row_number() over (order by popularity desc, id desc))::integer - 1 as place
         from products where archived_at is null and stock > 0 order by popularity desc, id desc limit $1`,
      [shelfSize],
    );
    return rows;
  });
  return { all, byCategory: Map.groupBy(all, ({ categoryId }) => categoryId) };
}
