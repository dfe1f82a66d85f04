import { type ProductSlug, products } from './catalog.ts';
import { demoUserId } from './ids.ts';
import { type Customer, type PlacedOrder, type SeedOrder, seedOrder } from './seed-order.ts';

const demo: Customer = {
  email: 'demo@rumshop.com',
  userId: demoUserId,
  address: {
    name: 'Dana Moreau',
    line1: '418 Alder Street',
    line2: 'Apt 5B',
    city: 'Portland',
    region: 'OR',
    postalCode: '97205',
    country: 'US',
  },
};
const guests = {
  priya: {
    email: 'priya.nair@example.com',
    address: { name: 'Priya Nair', line1: '27 Lansdowne Crescent', city: 'Edinburgh', postalCode: 'EH12 5EH', country: 'GB' },
  },
  jonas: {
    email: 'jonas.weber@example.com',
    address: { name: 'Jonas Weber', line1: 'Kastanienallee 62', city: 'Berlin', postalCode: '10119', country: 'DE' },
  },
  camille: {
    email: 'camille.laurent@example.com',
    address: { name: 'Camille Laurent', line1: '9 rue des Tables Claudiennes', city: 'Lyon', postalCode: '69001', country: 'FR' },
  },
  marcus: {
    email: 'marcus.bell@example.com',
    address: { name: 'Marcus Bell', line1: '1560 Queen Street West', city: 'Toronto', region: 'ON', postalCode: 'M6R 1A6', country: 'CA' },
  },
  haruka: {
    email: 'haruka.sato@example.com',
    address: { name: 'Haruka Sato', line1: '2-14-8 Jingumae', city: 'Shibuya', region: 'Tokyo', postalCode: '150-0001', country: 'JP' },
  },
} satisfies Record<string, Customer>;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

type OrderRow = Omit<PlacedOrder, 'createdAt' | 'items'> & {
  placedAgo: number;
  items: readonly (readonly [slug: ProductSlug, quantity: number])[];
};

// None names a scarce product: one that came back would break the rule that those have exactly 20, 1 and 0 pieces.
const rows: readonly OrderRow[] = [
  {
    number: 'K-7Q2M-4XRD',
    customer: demo,
    placedAgo: 2 * minute,
    method: 'standard',
    items: [
      ['wander-backpack', 1],
      ['fieldnote-notebook', 3],
    ],
    later: [],
  },
  {
    number: 'K-9HT3-B6WN',
    customer: guests.priya,
    placedAgo: 50 * minute,
    method: 'express',
    items: [['nimbus-wireless-headphones', 1]],
    later: [['paid', 2 * minute]],
  },
  {
    number: 'K-3FV8-PK21',
    customer: demo,
    placedAgo: 5 * hour,
    method: 'standard',
    items: [
      ['everyday-iron-skillet', 1],
      ['kobo-chefs-knife', 1],
      ['quarry-stoneware-mug', 4],
    ],
    later: [['paid', minute]],
  },
  {
    number: 'K-C5RA-80JE',
    customer: guests.jonas,
    placedAgo: 20 * hour,
    method: 'overnight',
    items: [
      ['aero-14-laptop', 1],
      ['keystone-wireless-keyboard', 1],
    ],
    later: [
      ['paid', 3 * minute],
      ['packed', 6 * hour],
    ],
  },
  {
    number: 'K-M1ZD-7GY4',
    customer: demo,
    placedAgo: 2 * day,
    method: 'express',
    items: [
      ['stride-running-shoes', 1],
      ['courtside-basketball', 1],
    ],
    later: [
      ['paid', minute],
      ['packed', 7 * hour],
      ['shipped', 22 * hour],
    ],
    tracking: { carrier: 'UPS', number: '1Z84R5E70312094476' },
  },
  {
    number: 'K-X8NB-2QS6',
    customer: guests.camille,
    placedAgo: 3 * day,
    method: 'standard',
    items: [
      ['rosehip-teapot', 1],
      ['ember-lambswool-scarf', 2],
    ],
    later: [
      ['paid', 4 * minute],
      ['packed', 16 * hour],
      ['shipped', 26 * hour],
    ],
    tracking: { carrier: 'DHL', number: '00340434292135100148' },
  },
  {
    number: 'K-5WKH-E9T0',
    customer: guests.marcus,
    placedAgo: 9 * day,
    method: 'standard',
    items: [
      ['beep-robot-kit', 1],
      ['barnaby-teddy-bear', 2],
      ['meadow-jigsaw-puzzle', 1],
    ],
    later: [
      ['paid', 2 * minute],
      ['packed', 14 * hour],
      ['shipped', 30 * hour],
      ['delivered', 5 * day],
    ],
    tracking: { carrier: 'Canada Post', number: '7035114477138472' },
  },
  {
    number: 'K-D4G7-VM3C',
    customer: demo,
    placedAgo: 23 * day,
    method: 'express',
    items: [
      ['alder-dining-chair', 4],
      ['greenhouse-potted-ficus', 1],
    ],
    later: [
      ['paid', minute],
      ['packed', 9 * hour],
      ['shipped', day],
      ['delivered', 3 * day],
    ],
    tracking: { carrier: 'FedEx', number: '794644790138' },
  },
  {
    number: 'K-R6YS-1AJF',
    customer: guests.haruka,
    placedAgo: 4 * day,
    method: 'standard',
    items: [['vela-city-bike', 1]],
    later: [['cancelled', 12 * minute]],
    reason: 'Ordered the wrong frame size',
  },
  {
    number: 'K-0BPE-T5H9',
    customer: guests.priya,
    placedAgo: 16 * day,
    method: 'standard',
    items: [
      ['drizzle-umbrella', 1],
      ['corso-sunglasses', 1],
    ],
    later: [
      ['paid', 2 * minute],
      ['packed', 11 * hour],
      ['shipped', 28 * hour],
      ['delivered', 4 * day],
      ['refunded', 8 * day],
    ],
    reason: 'Returned: the handle arrived cracked',
    tracking: { carrier: 'Royal Mail', number: 'QF281946503GB' },
  },
];

const productBySlug = new Map<string, (typeof products)[number]>(products.map((product) => [product.slug, product]));

/**
 * Ten orders in every state that a shop sees on an ordinary day, dated backwards from `now`.
 * Their ids and numbers are fixed, so seeding at another hour finds them again instead of adding ten more.
 */
export function seedOrders(now: Date): SeedOrder[] {
  return rows.map((row) => {
    const items = row.items.map(([slug, quantity]) => {
      const product = productBySlug.get(slug);
      if (!product) throw new Error(`No seed product is called ${slug}`);
      return [product, quantity] as const;
    });
    const createdAt = new Date(now.getTime() - row.placedAgo);
    return seedOrder({ ...row, items, createdAt }, new Date('2026-11-01T00:00:00.000Z'));
  });
}
