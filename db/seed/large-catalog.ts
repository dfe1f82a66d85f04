import type pg from 'pg';
import { type ProductSlug, products } from './catalog.ts';
import { connected } from './connection.ts';

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
const makers = words(`Harlow Brindle Osterley Kestrel Marlow Tidewater Fenwick Larkspur Bramley Solveig Ashdown Wrenfield Juniper Northgate
  Halden Rookwood Elmstead Thistle Dunmore Sable Hollis Ravensworth Quillon Arden Bexley Corvane Driftline Everly Foxglove Greyfell
  Hearthside Ironwood Kilbride Lindqvist Mossgate Nettlefold Oakhurst Pinecrest Silverlake Tamarind`);
const styles = words(`Classic Compact Everyday Modern Signature Essential Heritage Premium Travel Studio Junior Grand Original Urban Coastal
  Nordic Alpine Vintage Slim Deluxe Weekend Quiet Bright Northern`);
const colours =
  words(`Slate Sage Sand Ivory Midnight Coral Amber Moss Rust Denim Plum Charcoal Pearl Olive Copper Sky Berry Mint Walnut Honey
  Graphite Rose Teal Cream`);
const endings = [
  'Made in small batches and checked by hand before it leaves the workshop.',
  'Built for daily use, with spare parts for ten years.',
  'A favourite that we have refined, never replaced.',
  'Comes in a plain recyclable box, ready to give.',
  'Designed to be repaired rather than thrown away.',
  'Light enough to take along, sturdy enough to keep.',
  'The colour is mixed for us, and nobody else has it.',
  'Quietly good, and good for a long time.',
];

function words(list: string): readonly string[] {
  return list.split(/\s+/);
}

// The n-th product is the same however many are asked for. Multiplying by a number that shares no factor with the count of combinations
// visits each maker, style, colour and kind once before any name repeats, and mixes them from the first product on.
const statement = `
  insert into products
    (id, slug, name, description, category_id, price_amount, stock, image_url, tags, popularity, created_at, updated_at)
  select
    (lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || 'a' || substr(hash, 4, 15))::uuid,
    lower(replace(maker || ' ' || style || ' ' || kind || ' ' || colour, ' ', '-')) || '-' || n,
    maker || ' ' || style || ' ' || kind || ', ' || colour,
    'The ' || style || ' ' || lower(kind) || ' by ' || maker || ', in ' || lower(colour) || '. ' || ($6::text[])[1 + n / 48 % cardinality($6::text[])],
    category_id,
    greatest(5, round(price * (0.6 + 1.3 * r1)))::bigint * 100 - (array[1, 5, 50, 0])[1 + n / 48 % 4],
    60 + floor(940 * r2)::integer,
    image_url,
    array[category, replace(lower(kind), ' ', '-'), lower(style), lower(colour)],
    floor(900 * r3 ^ 4)::integer,
    created_at,
    created_at
  from generate_series($1::bigint, $2::bigint) as n
  cross join lateral (select n * 683477 % (cardinality($3::text[]) * cardinality($4::text[]) * cardinality($5::text[]) * jsonb_array_length($7)) as mix,
    md5('product ' || n) as hash) as seeds
  cross join lateral (select
    ($3::text[])[1 + mix / jsonb_array_length($7) / cardinality($5::text[]) / cardinality($4::text[])] as maker,
    ($4::text[])[1 + mix / jsonb_array_length($7) / cardinality($5::text[]) % cardinality($4::text[])] as style,
    ($5::text[])[1 + mix / jsonb_array_length($7) % cardinality($5::text[])] as colour,
    ('x' || substr(hash, 20, 6))::bit(24)::integer / 16777216.0::float8 as r1,
    ('x' || substr(hash, 26, 6))::bit(24)::integer / 16777216.0::float8 as r2,
    ('x' || substr(hash, 14, 6))::bit(24)::integer / 16777216.0::float8 as r3,
    timestamptz '2025-11-01T00:00:00Z' + n * 31 % 31536000 * interval '1 second' as created_at
  ) as picks
  join jsonb_to_recordset($7) as kinds (i bigint, kind text, category_id uuid, category text, price float8, image_url text)
    on kinds.i = mix % jsonb_array_length($7)
  on conflict do nothing`;

const batch = 20_000;
const writers = 2; // index upkeep is the work, and a core's worth of it each

/**
 * Adds generated products number 1 to `count`, each batch in a transaction of its own; those that are there already stay as they are,
 * so an interrupted run is finished by the next.
 * @param report hears how many are done, about ten times
 */
export async function writeLargeCatalog(url: string, count: number, report: (done: number) => void): Promise<void> {
  const bySlug = new Map<string, (typeof products)[number]>(products.map((product) => [product.slug, product]));
  const kindRows = kinds.flatMap(([kind, like], i) => {
    const product = bySlug.get(like);
    if (!product) return [];
    const { categoryId: category_id, categorySlug: category, priceAmount, imageUrl: image_url } = product;
    return [{ i, kind, category_id, category, price: priceAmount / 100, image_url }];
  });
  const step = Math.max(batch, Math.ceil(count / 10));
  let next = 1;
  let done = 0;
  let reported = 0;
  const write = async (client: pg.Client) => {
    await client.query(`set statement_timeout = 0; set gin_pending_list_limit = '64MB'`); // let the search index (GIN) collect more words before it merges them
    while (next <= count) {
      const from = next;
      next += batch;
      const to = Math.min(from + batch - 1, count);
      await client.query(statement, [from, to, makers, styles, colours, endings, JSON.stringify(kindRows)]);
      done += to - from + 1;
      if (done === count || done >= reported + step) {
        reported = done;
        report(done);
      }
    }
  };
  const stopAll = (error: unknown) => {
    next = count + 1;
    throw error;
  };
  await Promise.all(Array.from({ length: writers }, () => connected(url, write).catch(stopAll)));
  await connected(url, async (client) => {
    await client.query('set statement_timeout = 0');
    await client.query('vacuum (analyze) products'); // also empties the search index's list of pending words
  });
}
