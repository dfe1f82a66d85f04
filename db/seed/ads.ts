import type pg from 'pg';
import { type CategorySlug, categories } from './catalog.ts';
import { seedId } from './ids.ts';
import { insert } from './insert.ts';

interface AdRow {
  /** Its picture, and what its id is made from. */
  picture: string;
  title: string;
  text: string;
  target: string;
  category: CategorySlug | null;
  weight: number;
}

const shopOpened = new Date('2025-11-20T08:00:00.000Z');

// One for each category, which leads to something of it, and two that are shown where no category is.
const rows: readonly AdRow[] = [
  {
    picture: 'loudspeaker',
    title: 'Turn the room up',
    text: 'Headphones, microphones and small machines that sound the way the studio heard it.',
    target: '/products?category=electronics&sort=popularity',
    category: 'electronics',
    weight: 3,
  },
  {
    picture: 'house-with-garden',
    title: 'Rooms to come home to',
    text: 'Solid wood, honest joints and a lamp to read by, carried to your door.',
    target: '/products?category=furniture&sort=newest',
    category: 'furniture',
    weight: 2,
  },
  {
    picture: 'pancakes',
    title: 'Sunday is for pancakes',
    text: 'The iron skillet that makes them, and all that stands beside it on the table.',
    target: '/products?category=kitchen&sort=popularity',
    category: 'kitchen',
    weight: 3,
  },
  {
    picture: 'gloves',
    title: 'Ready for the first frost',
    text: 'Lambswool, good seams and a coat that does not mind the weather.',
    target: '/products?category=fashion&sort=newest',
    category: 'fashion',
    weight: 2,
  },
  {
    picture: 'snowy-mountain',
    title: 'The first snow is near',
    text: 'Skis, packs and shoes for people who go out when others go in.',
    target: '/products?category=sports&sort=popularity',
    category: 'sports',
    weight: 2,
  },
  {
    picture: 'balloon',
    title: 'Birthdays, sorted',
    text: 'Robots to build, trains to send round the table, puzzles for the evening after.',
    target: '/products?category=toys&sort=popularity',
    category: 'toys',
    weight: 2,
  },
  {
    picture: 'owl',
    title: 'For night owls with a book',
    text: 'Three novels in a row, and a notebook for the lines that you want to keep.',
    target: '/products?category=books&sort=popularity',
    category: 'books',
    weight: 1,
  },
  {
    picture: 'campsite',
    title: 'A night under the stars',
    text: 'A tent for two, a light that lasts and a telescope to say which star is which.',
    target: '/products?category=outdoors&sort=popularity',
    category: 'outdoors',
    weight: 3,
  },
  {
    picture: 'gift',
    title: 'Presents below fifty dollars',
    text: 'Small things, made well. The most loved come first.',
    target: '/products?sort=popularity&max=50',
    category: null,
    weight: 4,
  },
  {
    picture: 'delivery-van',
    title: 'New this week',
    text: 'What has just come in, with tax in the price and at your door in days.',
    target: '/products?sort=newest',
    category: null,
    weight: 2,
  },
];

/** The ads that a shop begins with. */
export const ads = rows.map(({ picture, category, ...row }) => ({
  id: seedId(shopOpened, `ad:${picture}`),
  ...row,
  imageUrl: `/offers/${picture}.webp`,
  categoryId: categories.find(({ slug }) => slug === category)?.id ?? null,
  startsAt: shopOpened,
}));

/** Writes the ads. Those that are there already stay as they are: they belong to the shop's admins once it is open. */
export async function writeAds(client: pg.ClientBase): Promise<void> {
  await insert(
    client,
    'ads',
    {
      id: 'uuid',
      title: 'text',
      text: 'text',
      image_url: 'text',
      target: 'text',
      category_id: 'uuid',
      weight: 'integer',
      starts_at: 'timestamptz',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
    },
    ads.map((ad) => ({
      ...ad,
      image_url: ad.imageUrl,
      category_id: ad.categoryId,
      starts_at: ad.startsAt,
      created_at: ad.startsAt,
      updated_at: ad.startsAt,
    })),
    'on conflict (id) do nothing',
  );
}
