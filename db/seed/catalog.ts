import { seedId } from './ids.ts';

export interface SeedCategory {
  id: string;
  slug: string;
  name: string;
  description: string;
}

export interface SeedProduct {
  id: string;
  slug: ProductSlug;
  name: string;
  description: string;
  categorySlug: CategorySlug;
  categoryId: string;
  /** USD cents, tax included. */
  priceAmount: number;
  stock: number;
  imageUrl: string;
  tags: readonly string[];
  /** 0–1000; what `sort=popularity` starts from. */
  popularity: number;
  createdAt: Date;
}

const shopOpened = new Date('2025-11-20T08:00:00.000Z');

const categoryRows = [
  { slug: 'electronics', name: 'Electronics', description: 'Sound, screens and small machines that are a pleasure to use every day.' },
  { slug: 'furniture', name: 'Furniture', description: 'Solid pieces for rooms that are lived in, delivered to your door.' },
  { slug: 'kitchen', name: 'Kitchen', description: 'Pots, pans and tools that cooks reach for first.' },
  { slug: 'fashion', name: 'Fashion', description: 'Clothes and accessories made to be worn for years, not for a season.' },
  { slug: 'sports', name: 'Sports', description: 'Gear for the court, the street, the trail and the slope.' },
  { slug: 'toys', name: 'Toys & Games', description: 'Sturdy, cheerful things to play with, from first steps to grown-up evenings.' },
  { slug: 'books', name: 'Books & Stationery', description: 'Things to read, things to write with, and paper worth writing on.' },
  { slug: 'outdoors', name: 'Garden & Outdoors', description: 'For the balcony, the campsite and the night sky.' },
] as const satisfies readonly Omit<SeedCategory, 'id'>[];

interface ProductRow {
  slug: string;
  name: string;
  category: CategorySlug;
  price: number;
  stock: number;
  popularity: number;
  created: string;
  tags: readonly string[];
  description: string;
}

// Every product has at least 60 pieces but three: one with 20, one with 1, one sold out.
const productRows = [
  {
    slug: 'nimbus-wireless-headphones',
    name: 'Nimbus Wireless Headphones',
    category: 'electronics',
    price: 14_900,
    stock: 420,
    popularity: 980,
    created: '2026-01-14T09:30:00.000Z',
    tags: ['headphones', 'wireless', 'audio', 'noise-cancelling'],
    description:
      'Over-ear headphones that hush the train and keep the music. Forty hours on one charge, soft memory-foam cushions, and a case that fits a coat pocket.',
  },
  {
    slug: 'aero-14-laptop',
    name: 'Aero 14 Laptop',
    category: 'electronics',
    price: 119_900,
    stock: 160,
    popularity: 955,
    created: '2026-03-03T10:00:00.000Z',
    tags: ['laptop', 'computer', 'work', 'portable'],
    description:
      'A quiet 14-inch laptop in brushed aluminium: 16 GB of memory, a 512 GB drive and a bright, colour-true display. It lasts a working day and weighs 1.2 kilograms.',
  },
  {
    slug: 'lumen-compact-camera',
    name: 'Lumen Compact Camera',
    category: 'electronics',
    price: 44_900,
    stock: 0,
    popularity: 610,
    created: '2025-12-02T11:15:00.000Z',
    tags: ['camera', 'photography', 'travel', 'compact'],
    description:
      'A pocketable camera with a fast 35 mm lens and dials you can turn without looking. Made in small batches, and gone quickly each time.',
  },
  {
    slug: 'pulse-wireless-controller',
    name: 'Pulse Wireless Controller',
    category: 'electronics',
    price: 5_999,
    stock: 540,
    popularity: 890,
    created: '2026-05-19T08:45:00.000Z',
    tags: ['gaming', 'controller', 'wireless'],
    description:
      'A game controller that disappears in your hands: textured grips, hall-effect sticks that do not drift, and thirty hours between charges. Works with PC, tablet and television.',
  },
  {
    slug: 'folio-x-smartphone',
    name: 'Folio X Smartphone',
    category: 'electronics',
    price: 69_900,
    stock: 230,
    popularity: 930,
    created: '2026-08-25T07:00:00.000Z',
    tags: ['smartphone', 'phone', 'mobile', 'camera'],
    description: 'A 6.1-inch phone with a two-day battery, a camera that sees in the dark, and seven years of updates. In midnight indigo.',
  },
  {
    slug: 'keystone-wireless-keyboard',
    name: 'Keystone Wireless Keyboard',
    category: 'electronics',
    price: 7_900,
    stock: 310,
    popularity: 720,
    created: '2026-02-10T13:20:00.000Z',
    tags: ['keyboard', 'wireless', 'desk', 'work'],
    description:
      'Low-profile keys with a short, certain travel and a body of recycled aluminium. Pairs with three devices and switches between them at one touch.',
  },
  {
    slug: 'tempo-studio-microphone',
    name: 'Tempo Studio Microphone',
    category: 'electronics',
    price: 12_900,
    stock: 140,
    popularity: 540,
    created: '2026-06-30T15:00:00.000Z',
    tags: ['microphone', 'audio', 'podcast', 'streaming'],
    description:
      'A USB microphone with the warmth of an old broadcast studio. Plug it in, tap to mute, and sound like you have done this for years.',
  },
  {
    slug: 'alder-dining-chair',
    name: 'Alder Dining Chair',
    category: 'furniture',
    price: 12_900,
    stock: 380,
    popularity: 760,
    created: '2025-11-28T09:00:00.000Z',
    tags: ['chair', 'dining', 'wood', 'solid-wood'],
    description:
      'Solid walnut-stained beech with a gently curved back. Stands up to family dinners, homework and being climbed on to change a light bulb.',
  },
  {
    slug: 'fjord-sofa-and-reading-lamp',
    name: 'Fjord Sofa & Reading Lamp',
    category: 'furniture',
    price: 89_900,
    stock: 75,
    popularity: 680,
    created: '2026-04-07T10:30:00.000Z',
    tags: ['sofa', 'lamp', 'living-room', 'set'],
    description:
      'A two-seater in deep blue wool blend, and the brass reading lamp that belongs beside it. Covers come off for washing; the lamp dims for films.',
  },
  {
    slug: 'harbor-platform-bed',
    name: 'Harbor Platform Bed',
    category: 'furniture',
    price: 64_900,
    stock: 90,
    popularity: 590,
    created: '2026-02-24T12:00:00.000Z',
    tags: ['bed', 'bedroom', 'queen-size'],
    description:
      'A queen-size platform bed with a padded headboard and room for boxes underneath. Goes together with one key in half an hour, and does not creak.',
  },
  {
    slug: 'petal-wall-mirror',
    name: 'Petal Wall Mirror',
    category: 'furniture',
    price: 8_900,
    stock: 1,
    popularity: 455,
    created: '2026-07-15T14:10:00.000Z',
    tags: ['mirror', 'wall', 'decor', 'gold'],
    description:
      'An oval mirror in a scalloped frame, hand-gilded leaf by leaf. It catches the morning light and gives it to the whole hallway.',
  },
  {
    slug: 'chapel-mantel-clock',
    name: 'Chapel Mantel Clock',
    category: 'furniture',
    price: 7_450,
    stock: 110,
    popularity: 320,
    created: '2026-09-09T09:45:00.000Z',
    tags: ['clock', 'decor', 'wood', 'living-room'],
    description: 'A silent quartz movement in a walnut case with brass markers. No ticking, and a chime only if you ask for one.',
  },
  {
    slug: 'ledger-filing-cabinet',
    name: 'Ledger Filing Cabinet',
    category: 'furniture',
    price: 15_900,
    stock: 85,
    popularity: 260,
    created: '2026-05-05T08:00:00.000Z',
    tags: ['office', 'storage', 'cabinet', 'steel'],
    description:
      'Two deep drawers in powder-coated steel, on runners that close themselves. Takes A4 and letter folders, and fits under a desk.',
  },
  {
    slug: 'rosehip-teapot',
    name: 'Rosehip Teapot',
    category: 'kitchen',
    price: 3_800,
    stock: 260,
    popularity: 640,
    created: '2025-12-16T10:00:00.000Z',
    tags: ['teapot', 'tea', 'stoneware', 'gift'],
    description:
      'A round-bellied stoneware pot glazed in raspberry red, with a spout that does not drip. Makes five cups; the strainer lifts out.',
  },
  {
    slug: 'everyday-iron-skillet',
    name: 'Everyday Iron Skillet',
    category: 'kitchen',
    price: 4_495,
    stock: 450,
    popularity: 870,
    created: '2026-01-27T11:30:00.000Z',
    tags: ['pan', 'skillet', 'cast-iron', 'cooking'],
    description:
      'A 26 cm cast-iron pan, seasoned and ready for the first egg. Any hob, oven or campfire, and better every year you own it.',
  },
  {
    slug: 'kobo-chefs-knife',
    name: "Kobo Chef's Knife",
    category: 'kitchen',
    price: 7_900,
    stock: 190,
    popularity: 705,
    created: '2026-03-18T09:20:00.000Z',
    tags: ['knife', 'cooking', 'steel', 'chef'],
    description:
      'An 18 cm blade of hardened steel, thin behind the edge and well balanced at the bolster. Comes sharp, with a cork-lined sheath.',
  },
  {
    slug: 'quarry-stoneware-mug',
    name: 'Quarry Stoneware Mug',
    category: 'kitchen',
    price: 1_600,
    stock: 900,
    popularity: 835,
    created: '2026-06-11T07:50:00.000Z',
    tags: ['mug', 'coffee', 'stoneware', 'breakfast'],
    description:
      'A generous 350 ml mug with a thumb rest and a matte glaze the colour of river stone. Dishwasher-safe, hand-warm, hard to chip.',
  },
  {
    slug: 'sunday-stockpot',
    name: 'Sunday Stockpot',
    category: 'kitchen',
    price: 8_995,
    stock: 130,
    popularity: 480,
    created: '2026-09-29T10:10:00.000Z',
    tags: ['pot', 'soup', 'stainless-steel', 'cooking'],
    description:
      'Seven litres of brushed steel for soups, stews and pasta for eight. The thick base heats evenly, so nothing catches at the bottom.',
  },
  {
    slug: 'alpine-fondue-set',
    name: 'Alpine Fondue Set',
    category: 'kitchen',
    price: 5_850,
    stock: 95,
    popularity: 350,
    created: '2026-10-20T16:00:00.000Z',
    tags: ['fondue', 'cheese', 'party', 'gift'],
    description:
      'An enamelled pot, a burner and six colour-tipped forks for long winter evenings. Cheese, chocolate or broth: the pot forgives everything.',
  },
  {
    slug: 'regatta-watch',
    name: 'Regatta Watch',
    category: 'fashion',
    price: 17_500,
    stock: 150,
    popularity: 660,
    created: '2026-02-03T08:30:00.000Z',
    tags: ['watch', 'accessories', 'blue', 'water-resistant'],
    description:
      'A clean navy dial on a cornflower strap, with hands that glow until dawn. Water-resistant to 100 metres, and quiet on the wrist.',
  },
  {
    slug: 'wander-backpack',
    name: 'Wander Backpack',
    category: 'fashion',
    price: 6_400,
    stock: 520,
    popularity: 905,
    created: '2025-12-09T12:40:00.000Z',
    tags: ['backpack', 'bag', 'school', 'travel'],
    description:
      'Twenty litres in weatherproof raspberry canvas, with a padded sleeve for a laptop and a front pocket for everything else. Carries a school week or a long weekend.',
  },
  {
    slug: 'corso-sunglasses',
    name: 'Corso Sunglasses',
    category: 'fashion',
    price: 4_900,
    stock: 340,
    popularity: 745,
    created: '2026-05-28T09:00:00.000Z',
    tags: ['sunglasses', 'accessories', 'summer', 'polarised'],
    description:
      'Polarised lenses in a light, dark-violet frame. Full UV protection, spring hinges, and a shape that suits nearly everybody.',
  },
  {
    slug: 'ember-lambswool-scarf',
    name: 'Ember Lambswool Scarf',
    category: 'fashion',
    price: 4_200,
    stock: 280,
    popularity: 570,
    created: '2026-10-06T08:15:00.000Z',
    tags: ['scarf', 'wool', 'winter', 'accessories'],
    description: 'Two metres of soft lambswool in a red that cheers up November. Woven, washed and fringed by a family mill.',
  },
  {
    slug: 'weatherby-trench-coat',
    name: 'Weatherby Trench Coat',
    category: 'fashion',
    price: 18_900,
    stock: 120,
    popularity: 510,
    created: '2026-09-01T10:20:00.000Z',
    tags: ['coat', 'rain', 'cotton', 'classic'],
    description: 'A camel trench in tightly woven cotton that turns the rain away. Cut to go over a jacket, lined to go without one.',
  },
  {
    slug: 'drizzle-umbrella',
    name: 'Drizzle Umbrella',
    category: 'fashion',
    price: 3_600,
    stock: 410,
    popularity: 620,
    created: '2026-04-22T07:30:00.000Z',
    tags: ['umbrella', 'rain', 'accessories', 'windproof'],
    description:
      'Eight fibreglass ribs that flex in a gust instead of snapping, a violet canopy, and a curved wooden handle to hang on your arm.',
  },
  {
    slug: 'courtside-basketball',
    name: 'Courtside Basketball',
    category: 'sports',
    price: 3_499,
    stock: 600,
    popularity: 850,
    created: '2026-01-06T09:00:00.000Z',
    tags: ['basketball', 'ball', 'indoor', 'outdoor'],
    description: 'A size 7 composite ball with deep channels and an honest bounce, on hardwood or asphalt. Holds its air for a season.',
  },
  {
    slug: 'rally-tennis-racket',
    name: 'Rally Tennis Racket',
    category: 'sports',
    price: 11_900,
    stock: 170,
    popularity: 600,
    created: '2026-04-14T11:00:00.000Z',
    tags: ['tennis', 'racket', 'graphite', 'strung'],
    description: 'A forgiving 280-gram graphite racket with a large sweet spot, strung and ready. The first ball is in the box.',
  },
  {
    slug: 'summit-skis',
    name: 'Summit All-Mountain Skis',
    category: 'sports',
    price: 48_900,
    stock: 65,
    popularity: 430,
    created: '2026-10-13T08:00:00.000Z',
    tags: ['skis', 'winter', 'snow', 'mountain'],
    description: 'Poplar-core skis that carve on the piste and float beside it, sold with bindings set to your boot. From 156 to 184 cm.',
  },
  {
    slug: 'stride-running-shoes',
    name: 'Stride Running Shoes',
    category: 'sports',
    price: 9_800,
    stock: 480,
    popularity: 940,
    created: '2026-03-24T06:45:00.000Z',
    tags: ['running', 'shoes', 'road', 'breathable'],
    description:
      'Light daily trainers with a springy midsole and a knit upper that breathes. Good for your first five kilometres and for your fiftieth race.',
  },
  {
    slug: 'boardwalk-skateboard',
    name: 'Boardwalk Skateboard',
    category: 'sports',
    price: 7_999,
    stock: 210,
    popularity: 650,
    created: '2026-06-16T13:30:00.000Z',
    tags: ['skateboard', 'street', 'maple', 'complete'],
    description:
      'A complete 8-inch board: seven plies of maple, smooth bearings and soft-landing wheels. Assembled, gripped and ready to roll.',
  },
  {
    slug: 'vela-city-bike',
    name: 'Vela City Bike',
    category: 'sports',
    price: 52_900,
    stock: 70,
    popularity: 700,
    created: '2026-05-12T09:15:00.000Z',
    tags: ['bike', 'bicycle', 'city', 'commute'],
    description:
      'A step-through frame in poppy red, seven hub gears, and brakes that do not mind the rain. Comes nine-tenths assembled, tools included.',
  },
  {
    slug: 'barnaby-teddy-bear',
    name: 'Barnaby Teddy Bear',
    category: 'toys',
    price: 2_900,
    stock: 700,
    popularity: 880,
    created: '2025-11-25T10:00:00.000Z',
    tags: ['teddy', 'plush', 'baby', 'gift'],
    description:
      'Honey-brown, pleasantly round and very good at keeping secrets. Machine-washable, with stitched eyes that are safe from birth.',
  },
  {
    slug: 'skylark-kite',
    name: 'Skylark Kite',
    category: 'toys',
    price: 2_450,
    stock: 330,
    popularity: 470,
    created: '2026-03-31T12:00:00.000Z',
    tags: ['kite', 'outdoor', 'wind', 'kids'],
    description:
      'A four-colour diamond that flies in the lightest breeze, with a bow-tied tail and thirty metres of line on a winder small hands can hold.',
  },
  {
    slug: 'meadow-jigsaw-puzzle',
    name: 'Meadow Jigsaw Puzzle',
    category: 'toys',
    price: 1_950,
    stock: 390,
    popularity: 525,
    created: '2026-07-28T09:10:00.000Z',
    tags: ['puzzle', 'jigsaw', 'family', 'evening'],
    description:
      'A thousand pieces of spring green, cut so that no two fit by accident. Thick recycled board, linen finish, and one evening gone.',
  },
  {
    slug: 'babushka-nesting-dolls',
    name: 'Babushka Nesting Dolls',
    category: 'toys',
    price: 3_250,
    stock: 100,
    popularity: 300,
    created: '2026-08-04T11:25:00.000Z',
    tags: ['dolls', 'wood', 'handmade', 'gift'],
    description:
      'Five linden-wood dolls, turned and painted by hand, the smallest no bigger than a bean. A puzzle for two-year-olds, an ornament for everyone else.',
  },
  {
    slug: 'little-express-train',
    name: 'Little Express Train',
    category: 'toys',
    price: 4_900,
    stock: 180,
    popularity: 580,
    created: '2026-09-22T08:40:00.000Z',
    tags: ['train', 'kids', 'wood', 'railway'],
    description: 'A chunky steam engine with a spinning fan in its funnel and magnets at both ends. Runs on every common wooden railway.',
  },
  {
    slug: 'beep-robot-kit',
    name: 'Beep Robot Kit',
    category: 'toys',
    price: 6_900,
    stock: 220,
    popularity: 770,
    created: '2026-10-27T14:00:00.000Z',
    tags: ['robot', 'coding', 'kids', 'kit'],
    description:
      'Build Beep in an afternoon, then teach it to blink, roll and tell jokes. Programs snap together as blocks, or as Python when you are ready.',
  },
  {
    slug: 'lighthouse-trilogy',
    name: 'The Lighthouse Trilogy',
    category: 'books',
    price: 4_200,
    stock: 250,
    popularity: 690,
    created: '2026-01-20T08:00:00.000Z',
    tags: ['novel', 'fiction', 'box-set', 'hardcover'],
    description: 'Three novels, one island, and a light that goes out in the first chapter. The complete story in cloth-bound hardcovers.',
  },
  {
    slug: 'fieldnote-notebook',
    name: 'Fieldnote Notebook',
    category: 'books',
    price: 1_450,
    stock: 850,
    popularity: 730,
    created: '2026-02-17T10:50:00.000Z',
    tags: ['notebook', 'paper', 'dotted', 'office'],
    description:
      'One hundred and ninety-two dotted pages that take fountain-pen ink without bleeding. Lies flat, closes with an elastic, survives a rucksack.',
  },
  {
    slug: 'calder-fountain-pen',
    name: 'Calder Fountain Pen',
    category: 'books',
    price: 5_400,
    stock: 145,
    popularity: 440,
    created: '2026-04-28T09:35:00.000Z',
    tags: ['pen', 'writing', 'ink', 'gift'],
    description:
      'A steel nib that starts on the first stroke, in a barrel of ocean-blue resin. Takes cartridges or a bottle; both are in the tin.',
  },
  {
    slug: 'atelier-paint-palette',
    name: 'Atelier Paint Palette',
    category: 'books',
    price: 3_950,
    stock: 160,
    popularity: 390,
    created: '2026-07-07T11:45:00.000Z',
    tags: ['paint', 'art', 'watercolour', 'wood'],
    description:
      'Five artist-grade colours on a beechwood palette that rests easily on the arm. Enough to mix every other colour you will need.',
  },
  {
    slug: 'cartographers-world-map',
    name: "Cartographer's World Map",
    category: 'books',
    price: 2_200,
    stock: 240,
    popularity: 340,
    created: '2026-08-18T13:05:00.000Z',
    tags: ['map', 'travel', 'poster', 'geography'],
    description: 'The whole world on one folded sheet of tear-proof paper. Take it along, or pin it up and mark where you have been.',
  },
  {
    slug: 'clearing-two-person-tent',
    name: 'Clearing Two-Person Tent',
    category: 'outdoors',
    price: 22_900,
    stock: 105,
    popularity: 670,
    created: '2026-03-10T08:20:00.000Z',
    tags: ['tent', 'camping', 'hiking', 'waterproof'],
    description: 'Up in four minutes, dry in a downpour, 2.1 kilograms on your back. A porch keeps the boots out and the coffee in reach.',
  },
  {
    slug: 'greenhouse-potted-ficus',
    name: 'Greenhouse Potted Ficus',
    category: 'outdoors',
    price: 2_750,
    stock: 200,
    popularity: 790,
    created: '2026-04-01T07:00:00.000Z',
    tags: ['plant', 'potted', 'indoor', 'terracotta'],
    description:
      'A young ficus in a terracotta pot, grown slowly and hard to kill. Bright shade, a drink a week, and it will outgrow your bookshelf.',
  },
  {
    slug: 'true-north-compass',
    name: 'True North Compass',
    category: 'outdoors',
    price: 3_300,
    stock: 175,
    popularity: 410,
    created: '2026-06-02T10:05:00.000Z',
    tags: ['compass', 'hiking', 'navigation', 'brass'],
    description: 'A liquid-damped needle in a solid brass case, with a ring for your lanyard. Needs no battery and no signal, only north.',
  },
  {
    slug: 'beacon-flashlight',
    name: 'Beacon Flashlight',
    category: 'outdoors',
    price: 3_900,
    stock: 360,
    popularity: 560,
    created: '2025-12-30T15:30:00.000Z',
    tags: ['flashlight', 'torch', 'camping', 'rechargeable'],
    description:
      'Nine hundred lumens when you need them, a warm reading glow when you do not. Charges by USB-C and does not mind being dropped in a stream.',
  },
  {
    slug: 'orchard-picnic-basket',
    name: 'Orchard Picnic Basket',
    category: 'outdoors',
    price: 5_600,
    stock: 125,
    popularity: 380,
    created: '2026-07-21T09:55:00.000Z',
    tags: ['picnic', 'basket', 'wicker', 'summer'],
    description: 'Hand-woven willow with a bentwood handle. Holds lunch for four on Saturday and the apples on Sunday.',
  },
  {
    slug: 'stargazer-telescope',
    name: 'Stargazer 80 Telescope',
    category: 'outdoors',
    price: 26_900,
    stock: 20,
    popularity: 500,
    created: '2026-11-03T17:00:00.000Z',
    tags: ['telescope', 'astronomy', 'night-sky', 'tripod'],
    description:
      "An 80 mm refractor that shows Saturn's rings from the back garden. Tripod, two eyepieces and a map of the night sky included.",
  },
] as const satisfies readonly ProductRow[];

export type CategorySlug = (typeof categoryRows)[number]['slug'];
export type ProductSlug = (typeof productRows)[number]['slug'];

export const categories: readonly (SeedCategory & { slug: CategorySlug })[] = categoryRows.map((row) => ({
  id: seedId(shopOpened, `category:${row.slug}`),
  ...row,
}));

export const products: readonly SeedProduct[] = productRows.map((row) => {
  const createdAt = new Date(row.created);
  return {
    id: seedId(createdAt, `product:${row.slug}`),
    slug: row.slug,
    name: row.name,
    description: row.description,
    categorySlug: row.category,
    categoryId: seedId(shopOpened, `category:${row.category}`),
    priceAmount: row.price,
    stock: row.stock,
    imageUrl: `/products/${row.slug}.webp`,
    tags: row.tags,
    popularity: row.popularity,
    createdAt,
  };
});
