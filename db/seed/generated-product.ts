import { chancesOf } from '#platform/chances.ts';
import { type ProductSlug, products } from './catalog.ts';
import { colours, frequentFirst, makers, openings, sentences, styles } from './vocabulary.ts';

/** A row of `products`, by the names of its columns. */
export interface GeneratedProduct {
  id: string;
  slug: string;
  name: string;
  description: string;
  category_id: string;
  /** USD cents. */
  price_amount: number;
  stock: number;
  image_url: string;
  tags: string[];
  popularity: number;
  created_at: string;
}

// What a generated product is, and the seed product whose category, picture and rough price it shares.
const kinds: readonly (readonly [kind: string, like: ProductSlug])[] = [
  ['Headphones', 'nimbus-wireless-headphones'],
  ['Laptop', 'aero-14-laptop'],
  ['Camera', 'lumen-compact-camera'],
  ['Game Controller', 'pulse-wireless-controller'],
  ['Smartphone', 'folio-x-smartphone'],
  ['Keyboard', 'keystone-wireless-keyboard'],
  ['Microphone', 'tempo-studio-microphone'],
  ['Chair', 'alder-dining-chair'],
  ['Sofa', 'fjord-sofa-and-reading-lamp'],
  ['Bed Frame', 'harbor-platform-bed'],
  ['Mirror', 'petal-wall-mirror'],
  ['Mantel Clock', 'chapel-mantel-clock'],
  ['Filing Cabinet', 'ledger-filing-cabinet'],
  ['Teapot', 'rosehip-teapot'],
  ['Skillet', 'everyday-iron-skillet'],
  ['Kitchen Knife', 'kobo-chefs-knife'],
  ['Mug', 'quarry-stoneware-mug'],
  ['Stockpot', 'sunday-stockpot'],
  ['Fondue Set', 'alpine-fondue-set'],
  ['Watch', 'regatta-watch'],
  ['Backpack', 'wander-backpack'],
  ['Sunglasses', 'corso-sunglasses'],
  ['Scarf', 'ember-lambswool-scarf'],
  ['Coat', 'weatherby-trench-coat'],
  ['Umbrella', 'drizzle-umbrella'],
  ['Basketball', 'courtside-basketball'],
  ['Tennis Racket', 'rally-tennis-racket'],
  ['Skis', 'summit-skis'],
  ['Running Shoes', 'stride-running-shoes'],
  ['Skateboard', 'boardwalk-skateboard'],
  ['City Bike', 'vela-city-bike'],
  ['Teddy Bear', 'barnaby-teddy-bear'],
  ['Kite', 'skylark-kite'],
  ['Jigsaw Puzzle', 'meadow-jigsaw-puzzle'],
  ['Nesting Dolls', 'babushka-nesting-dolls'],
  ['Toy Train', 'little-express-train'],
  ['Robot Kit', 'beep-robot-kit'],
  ['Book Box', 'lighthouse-trilogy'],
  ['Notebook', 'fieldnote-notebook'],
  ['Fountain Pen', 'calder-fountain-pen'],
  ['Paint Set', 'atelier-paint-palette'],
  ['World Map', 'cartographers-world-map'],
  ['Tent', 'clearing-two-person-tent'],
  ['Potted Plant', 'greenhouse-potted-ficus'],
  ['Compass', 'true-north-compass'],
  ['Flashlight', 'beacon-flashlight'],
  ['Picnic Basket', 'orchard-picnic-basket'],
  ['Telescope', 'stargazer-telescope'],
];

const bySlug = new Map<string, (typeof products)[number]>(products.map((product) => [product.slug, product]));
const shapes = kinds.flatMap(([kind, slug]) => {
  const like = bySlug.get(slug);
  return like ? [{ kind, like }] : [];
});

/** Shares no factor with the number of names, so each maker, style, colour and kind comes once before any name comes again. */
const stride = 7_068_881;
const names = shapes.length * colours.length * styles.length * makers.length;
const beganAt = Date.parse('2025-11-01T00:00:00Z');
const year = 31_536_000;
const [shortest, longest, veryLong] = [60, 800, 5_000];

/** The n-th generated product (from 1): the same always, however many there are. */
export function generatedProduct(n: number): GeneratedProduct {
  const chance = chancesOf(n);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
  const mix = (n * stride) % names;
  const { kind, like } = shapes[mix % shapes.length] as (typeof shapes)[number];
  const byKind = Math.floor(mix / shapes.length);
  const colour = colours[byKind % colours.length] as string;
  const byColour = Math.floor(byKind / colours.length);
  const style = styles[byColour % styles.length] as string;
  const maker = makers[Math.floor(byColour / styles.length)] as string;
  const createdAt = new Date(beganAt + ((n * 31) % year) * 1_000);
  const id = uuid(createdAt, [chance(), chance(), chance()]);

  // A quarter has a model's number, a fifth belongs to a range: what people copy from a label, and words that few products have.
  const [hasModel, hasRange] = [chance() < 0.25, chance() < 0.2];
  const range = hasRange ? capital(frequentFirst(0.5 + chance() / 2)) : undefined;
  const model = hasModel ? modelNumber(chance) : undefined;
  const name = `${[maker, range, style, kind, model].filter((part) => part !== undefined).join(' ')}, ${colour}`;

  const length = n % 2_000 === 777 ? veryLong : shortest + (longest - shortest) * chance() ** 4;
  const said: Record<string, string> = { S: style, K: kind.toLowerCase(), M: maker, C: colour.toLowerCase() };
  const fill = (slot: string) => said[slot] ?? (slot === '@' ? frequentFirst(chance()) : String(Math.ceil(chance() * 240)));
  let description = pick(openings).replace(/[@#]|\b[SKMC]\b/g, fill);
  for (let next = Math.floor(chance() * sentences.length); description.length < length; next++) {
    description += ` ${(sentences[next % sentences.length] as string).replace(/[@#]/g, fill)}`;
  }

  const tags = [like.categorySlug, slugOf(kind), style.toLowerCase(), colour.toLowerCase()];
  if (range !== undefined) tags.push(slugOf(range));
  return {
    id,
    slug: `${slugOf(`${maker} ${style} ${kind} ${colour}`)}-${n}`,
    name,
    description: description.slice(0, veryLong),
    category_id: like.categoryId,
    price_amount: Math.max(5, Math.round((like.priceAmount / 100) * (0.6 + 1.3 * chance()))) * 100 - pick([1, 5, 50, 0]),
    stock: 60 + Math.floor(940 * chance()),
    image_url: like.imageUrl,
    tags,
    popularity: Math.floor(900 * chance() ** 4),
    created_at: createdAt.toISOString(),
  };
}

/** XK-4120B, WH-1000, MZ510: letters, digits, often a hyphen and sometimes a letter more. */
function modelNumber(chance: () => number): string {
  const letter = () => String.fromCharCode(65 + Math.floor(chance() * 26));
  const digits = String(Math.floor(100 + chance() ** 2 * 9_900));
  return `${letter()}${letter()}${chance() < 0.8 ? '-' : ''}${digits}${chance() < 0.4 ? letter() : ''}`;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/ø/gi, 'o').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** A UUIDv7 of an instant and three chances. */
function uuid(at: Date, chances: number[]): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const bits = chances
    .map((chance) =>
      Math.floor(chance * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits.slice(0, 3)}-a${bits.slice(3, 6)}-${bits.slice(6, 18)}`;
}
