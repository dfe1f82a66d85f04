// npm run seed: fills the shop with its catalog and ten orders, and with as many more products and orders as asked for.
import { parseArgs } from 'node:util';
import { databaseFault, withDatabase } from '../database-at-hand.ts';
import { ads } from './ads.ts';
import { categories, products } from './catalog.ts';
import { pastOrders } from './past-orders.ts';
import { seed } from './seed.ts';

export { seedIfEmpty } from './seed.ts';

const usage = `Usage: npm run seed [-- --products N] [--orders N] [--past-orders]

Writes ${products.length} products in ${categories.length} categories, ${ads.length} ads and 10 orders into the database of DATABASE_URL (or the local one).
Safe to repeat.

  --products N   add N generated products besides, 1 to 10000000, e.g. --products 1000000
  --orders N     add N generated orders of the past year besides, 1 to 10000000; they take the most popular products, and no stock
  --past-orders  add ${pastOrders(new Date()).length} orders of the past months, from which recommendations learn what is bought together
  --help         show this`;

/** Reads the flags; throws an Error with a message for the person who typed them. */
export function readFlags(args: readonly string[]): { help: boolean; past: boolean; generate: number; orders: number } {
  const options = {
    products: { type: 'string' },
    orders: { type: 'string' },
    'past-orders': { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const count = (name: 'products' | 'orders'): number => {
    const given = values[name];
    if (given === undefined) return 0;
    const wanted = /^\d{1,8}$/.test(given) ? Number(given) : 0;
    if (wanted < 1 || wanted > 10_000_000) throw new Error(`--${name} needs a whole number from 1 to 10000000, not "${given}".`);
    return wanted;
  };
  return { help: values.help ?? false, past: values['past-orders'] ?? false, generate: count('products'), orders: count('orders') };
}

function explain(error: unknown): string {
  const { code, message, detail } = error as { code?: string; message?: string; detail?: string };
  return databaseFault({ code }) ?? `Seeding failed: ${[message, detail].filter(Boolean).join(' ')}`;
}

async function main(): Promise<number> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (flags.help) {
    console.log(usage);
    return 0;
  }
  const { past, generate, orders } = flags;
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const count = (n: number) => n.toLocaleString('en-US');
  const report = (done: number, of: number, what: string) => console.log(`${count(done)} of ${count(of)} generated ${what} (${seconds()})`);
  try {
    const written = await withDatabase((url) => seed(url, { past, generate, orders, report }));
    console.log(
      `The shop has its ${count(written.products)} products, ${categories.length} categories and ${count(written.orders)} orders (${seconds()}).`,
    );
    return 0;
  } catch (error) {
    console.error(explain(error));
    return 1;
  }
}

if (import.meta.main) process.exit(await main());
