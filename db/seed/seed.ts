import type pg from 'pg';
import { writeBase } from './base.ts';
import { products } from './catalog.ts';
import { connected, oneAtATime } from './connection.ts';
import { writeLargeCatalog } from './large-catalog.ts';
import { writeLargeOrders } from './large-orders.ts';

export interface SeedOptions {
  /** Whether to write the ten orders too (never in production). Default: true. */
  demoData?: boolean;
  /** Whether to write those of the past months as well, for recommendations to learn from. Default: false. */
  past?: boolean;
  /** What the orders are dated backwards from. */
  now?: Date;
}

export interface SeedResult {
  products: number;
  orders: number;
}

const emptiness = `select not exists (select from products) and not exists (select from categories) and not exists (select from orders) as empty`;

/** Fills a shop that has no category, product or order yet, in one transaction; leaves any other alone and answers null. */
export async function seedIfEmpty(url: string, options: SeedOptions = {}): Promise<SeedResult | null> {
  return connected(url, (client) =>
    oneAtATime(client, async () => {
      const { rows } = await client.query<{ empty: boolean }>(emptiness);
      if (!rows[0]?.empty) return null;
      return writeAll(client, options);
    }),
  );
}

/** What there should be besides the seed. */
export interface Generated {
  /** So many generated products. */
  generate?: number;
  /** So many generated orders. */
  orders?: number;
  /** Hears how many of them are done. */
  report?: (done: number, of: number, what: 'products' | 'orders') => void;
}

/** Writes the seed into a shop whatever it holds, and generated products and orders besides; doing it again changes nothing. */
export async function seed(url: string, options: SeedOptions & Generated = {}): Promise<SeedResult> {
  const { generate = 0, orders = 0, report = () => undefined, now = new Date() } = options;
  const written = await connected(url, (client) => oneAtATime(client, () => writeAll(client, options)));
  if (generate > 0) await writeLargeCatalog(url, generate, (done) => report(done, generate, 'products'));
  if (orders > 0) await writeLargeOrders(url, orders, { now, report: (done) => report(done, orders, 'orders') });
  return { products: written.products + generate, orders: written.orders + orders };
}

/** Writes the seed by a connection that there is, whatever the shop holds; doing it again changes nothing. */
export const seedBy = (client: pg.Client, options: SeedOptions): Promise<SeedResult> => oneAtATime(client, () => writeAll(client, options));

async function writeAll(client: pg.Client, { demoData = true, past = false, now = new Date() }: SeedOptions): Promise<SeedResult> {
  return { products: products.length, orders: await writeBase(client, { demoData, past, now }) };
}
