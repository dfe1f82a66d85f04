import { type ProductSlug, products } from './catalog.ts';
import { numberOf, townOf } from './generated-order.ts';
import { type SeedOrder, seedOrder } from './seed-order.ts';

/** What people buy together. None is scarce: one that came back would break the rule that those have exactly 20, 1 and 0 pieces. */
export const boughtTogether = [
  ['everyday-iron-skillet', 'kobo-chefs-knife', 'sunday-stockpot'],
  ['rosehip-teapot', 'quarry-stoneware-mug', 'orchard-picnic-basket'],
  ['aero-14-laptop', 'keystone-wireless-keyboard', 'wander-backpack'],
  ['nimbus-wireless-headphones', 'tempo-studio-microphone', 'folio-x-smartphone'],
  ['fieldnote-notebook', 'calder-fountain-pen', 'lighthouse-trilogy'],
  ['clearing-two-person-tent', 'beacon-flashlight', 'true-north-compass'],
  ['stride-running-shoes', 'courtside-basketball', 'regatta-watch'],
  ['barnaby-teddy-bear', 'little-express-train', 'meadow-jigsaw-puzzle'],
] as const satisfies readonly (readonly ProductSlug[])[];

/** Which of the three one order takes, by turns. */
const all = [0, 1, 2];
const turns = [all, [0, 1], all, [1, 2], all, [0, 2], all, all] as const;
const firstNames = ['Alma', 'Bruno', 'Carla', 'Dario', 'Edith', 'Farid', 'Greta', 'Hugo'];
const lastNames = ['Adler', 'Baines', 'Castel', 'Duarte', 'Eklund', 'Fontana', 'Grieve', 'Hale'];
/** Far behind those of generated orders. */
const firstNumber = 500_000_000;
const day = 86_400_000;

/**
 * Orders of the past months, all delivered, each another guest's: enough for a demo to recommend what was bought together.
 * Like the ten of `seedOrders` they are the same ones whenever they are seeded.
 */
export function pastOrders(now: Date): SeedOrder[] {
  return turns.flatMap((turn, round) =>
    boughtTogether.map((together, group) => {
      const n = round * boughtTogether.length + group;
      const slugs: readonly (ProductSlug | undefined)[] = turn.map((place) => together[place]);
      const [first, last] = [firstNames[group], lastNames[round]];
      return seedOrder(
        {
          number: numberOf(firstNumber + n),
          customer: { email: `${first}.${last}@example.com`.toLowerCase(), address: { ...townOf(n), name: `${first} ${last}` } },
          createdAt: new Date(now.getTime() - (12 + 2.5 * n) * day),
          method: 'standard',
          items: products.filter(({ slug }) => slugs.includes(slug)).map((product) => [product, 1]),
          later: [
            ['paid', 60_000],
            ['packed', 0.4 * day],
            ['shipped', day],
            ['delivered', 4 * day],
          ],
          tracking: { carrier: 'UPS', number: '1Z84R5E70312094476' },
        },
        new Date(Date.UTC(2026, 9, 1) - n),
      );
    }),
  );
}
