import { chancesOf } from '#platform/chances.ts';
import type { Basket } from '#tests/support/baskets.ts';
import { seedId } from '../../../db/seed/ids.ts';

export interface WorldSize {
  products: number;
  categories: number;
  /** A sixth of them is held out. */
  orders: number;
}

/** Made-up orders, of which it is known why things are together in them. */
export interface World {
  products: { id: string; category: number }[];
  /** What training learns from. */
  orders: Basket[];
  /** Later baskets of two or more products each, which training does not see. */
  heldOut: string[][];
}

/**
 * A shop's orders, the same for the same size. Popularity is skewed: few products are in most baskets. A few orders were cancelled, and a robot orders the
 * same ten things over and over.
 * @param structured true: half of what is bought is of the basket's first category (so that a category's popular products are together often, which says little), and
 *   six products in ten have two companions, of any category, that are bought with them. false: everything is bought by popularity alone
 */
export function makeWorld({ products: count, categories, orders: orderCount }: WorldSize, { structured }: { structured: boolean }): World {
  const chance = chancesOf(structured ? 1 : 2);
  const whole = (below: number) => Math.floor(chance() * below);
  const products = Array.from({ length: count }, (_, n) => ({
    id: seedId(new Date('2025-01-01T00:00:00.000Z'), `bench:${structured}:${n}`),
    category: whole(categories),
  }));
  const byPopularity = skewed(products, chance);
  const ofCategory = Array.from({ length: categories }, (_, category) =>
    skewed(
      products.filter((product) => product.category === category),
      chance,
    ),
  );
  const companions = new Map<string, { id: string; category: number }[]>();
  for (const product of products)
    if (chance() < 0.6) companions.set(product.id, [products[whole(count)] ?? product, products[whole(count)] ?? product]);

  const next = (held: readonly { id: string; category: number }[], theme: number) => {
    if (!structured) return byPopularity();
    const known = companions.get(held[whole(held.length)]?.id ?? '');
    if (known && chance() < 0.45) return known[whole(2)] ?? byPopularity();
    return chance() < 0.5 ? (ofCategory[theme]?.() ?? byPopularity()) : byPopularity();
  };
  const basket = (): string[] => {
    const size = 1 + Math.floor(5 * chance() ** 2);
    const held = [byPopularity()];
    const theme = held[0]?.category ?? 0;
    for (let tries = 0; held.length < size && tries < 20; tries++) {
      const product = next(held, theme);
      if (!held.some(({ id }) => id === product.id)) held.push(product);
    }
    return held.map(({ id }) => id);
  };

  const from = Date.parse('2026-05-01T00:00:00.000Z');
  const at = (n: number) => new Date(from + Math.round((n / orderCount) * 200 * 86_400_000));
  const learned = Math.floor((orderCount * 5) / 6);
  const buyers = Math.ceil(orderCount / 2);
  const orders = Array.from(
    { length: learned },
    (_, n): Basket => ({
      buyer: `buyer-${whole(buyers)}`,
      productIds: basket(),
      at: at(n),
      status: chance() < 0.05 ? 'cancelled' : 'paid',
    }),
  );
  const robots = products.slice(0, 10).map(({ id }) => id);
  for (let n = 0; n < learned / 50; n++) orders.push({ buyer: 'robot', productIds: robots, at: at(n * 50) });
  const heldOut = Array.from({ length: orderCount - learned }, basket).filter(({ length }) => length > 1);
  return { products, orders, heldOut };
}

/** Draws from a list with a long tail: the n-th of them about 1/n as often as the first (Zipf's law, flattened at its head). */
function skewed<T>(list: readonly T[], chance: () => number): () => T {
  let sum = 0;
  const upTo = list.map((_, n) => {
    sum += 1 / (n + 20);
    return sum;
  });
  return () => {
    const drawn = chance() * sum;
    let low = 0;
    for (let high = upTo.length - 1; low < high; ) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) < drawn) low = middle + 1;
      else high = middle;
    }
    return list[low] as T;
  };
}
