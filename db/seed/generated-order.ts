import type { OrderStatus } from '#functions/orders/lib/order-states.ts';
import { chancesOf } from '#platform/chances.ts';
import { demoUserId } from './ids.ts';
import { type Customer, type PlacedOrder, type SeedOrder, seedOrder } from './seed-order.ts';

/** A product that generated orders take. */
export interface OrderedProduct {
  id: string;
  name: string;
  imageUrl: string;
  /** USD cents. */
  priceAmount: number;
  categoryId: string | null;
  /** On the shelf, from 0. */
  place: number;
}

/** The products that orders take, the most popular first, all of them and those of each category. */
export interface Shelf {
  all: readonly OrderedProduct[];
  byCategory: ReadonlyMap<string | null, readonly OrderedProduct[]>;
}

const minute = 60_000;
const day = 86_400_000;
const year = 365 * day;
const buyers = 200_000;

// What becomes of an order, and of how many in a hundred. None waits to be paid: those expire, and give back pieces that they never took.
const fates: readonly (readonly [percent: number, ...later: (readonly [status: OrderStatus, after: number])[]])[] = [
  [84, ['paid', 2 * minute], ['packed', 0.4 * day], ['shipped', day], ['delivered', 4 * day]],
  [4, ['paid', minute], ['packed', 0.3 * day], ['shipped', day], ['delivered', 3 * day], ['refunded', 9 * day]],
  [3, ['paid', 3 * minute], ['refunded', 0.2 * day]],
  [4, ['cancelled', 12 * minute]],
  [5, ['expired', 31 * minute]],
];

const towns: readonly [Customer['address'], ...Customer['address'][]] = [
  { name: '', line1: '418 Alder Street', city: 'Portland', region: 'OR', postalCode: '97205', country: 'US' },
  { name: '', line1: '9 Elm Court', city: 'Austin', region: 'TX', postalCode: '78701', country: 'US' },
  { name: '', line1: 'Kastanienallee 62', city: 'Berlin', postalCode: '10119', country: 'DE' },
  { name: '', line1: '9 rue des Tables Claudiennes', city: 'Lyon', postalCode: '69001', country: 'FR' },
  { name: '', line1: '27 Lansdowne Crescent', city: 'Edinburgh', postalCode: 'EH12 5EH', country: 'GB' },
];

/**
 * The n-th of `count` generated orders (from 1), spread over the year before `now`. Few products are in many orders and most in hardly any. The
 * next line of an order is often what goes with the one before (its neighbour on the shelf), or of the same category.
 */
export function generatedOrder(n: number, { count, now, shelf }: { count: number; now: Date; shelf: Shelf }): SeedOrder {
  const chance = chancesOf(n);
  const popular = (from: readonly OrderedProduct[]) => Math.floor(from.length * chance() ** 3);
  const items = new Map<OrderedProduct, number>();
  let place = popular(shelf.all);
  const lines = 1 + Math.floor(5 * chance() ** 2);
  for (let line = 0; line < lines; line++) {
    const product = shelf.all[place];
    if (!product) break;
    items.set(product, 1 + Math.floor(3 * chance() ** 4));
    const next = chance();
    if (next < 0.35) place ^= 1;
    else if (next < 0.7) {
      const alike = shelf.byCategory.get(product.categoryId) ?? [];
      place = (alike[popular(alike)] ?? product).place;
    } else place = popular(shelf.all);
  }
  const createdAt = new Date(now.getTime() - 60 * minute - Math.floor(((count - n + chance()) / count) * year));
  return seedOrder(
    {
      number: numberOf(n),
      customer: customerOf(Math.floor(buyers * chance() ** 2), chance()),
      createdAt,
      method: chance() < 0.8 ? 'standard' : 'express',
      items: [...items],
      ...fateOf(Math.floor(chance() * 100), now.getTime() - createdAt.getTime()),
    },
    new Date(Date.UTC(2025, 10, 1) + n),
  );
}

/** What has become of an order by now. */
function fateOf(percent: number, age: number): Pick<PlacedOrder, 'later' | 'reason' | 'tracking'> {
  let least = 0;
  const fate = fates.find(([share]) => {
    least += share;
    return percent < least;
  });
  const later = (fate?.slice(1) ?? []) as [OrderStatus, number][];
  const soFar = later.filter(([, after]) => after < age);
  const shipped = soFar.some(([status]) => status === 'shipped');
  return {
    later: soFar.length > 0 ? soFar : later.slice(0, 1),
    ...(shipped && { tracking: { carrier: 'UPS', number: '1Z84R5E70312094476' } }),
  };
}

/** Guests, most of them once; the demo shopper one time in 2,000. */
function customerOf(buyer: number, chance: number): Customer {
  const address = { ...townOf(buyer), name: `Buyer ${buyer}` };
  return chance < 1 / 2_000 ? { email: 'demo@rumshop.com', userId: demoUserId, address } : { email: `buyer-${buyer}@example.com`, address };
}

/** A place to live for the n-th buyer, without the name. */
export const townOf = (n: number): Customer['address'] => towns[n % towns.length] ?? towns[0];

/** An order number for each n: the odd factor makes a permutation of all 40 bits. */
export function numberOf(n: number): string {
  const bits = (BigInt(n) * 685_468_923_597n) % 2n ** 40n;
  const digits = Array.from({ length: 8 }, (_, i) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Number((bits >> BigInt(5 * i)) & 31n)]).join('');
  return `K-${digits.slice(0, 4)}-${digits.slice(4)}`;
}
