import { productSorts } from '#functions/catalog/lib/contract.ts';
import { generatedProduct } from '../../../db/seed/generated-product.ts';
import { colours, makers, styles } from '../../../db/seed/vocabulary.ts';
import type { Step } from '../journeys.ts';

/** What a class of requests belongs to, and so which goal it has. */
export type Group = 'search' | 'price band' | 'hostile' | 'suggest' | 'list' | 'detail' | 'recommendations' | 'checkout' | 'orders';

export interface RequestClass {
  group: Group;
  name: string;
  /** Different requests of the class: each has something to find in a shop of any size. */
  requests: Step[];
  /** Walks so many pages on before the one that is measured. */
  pagesBefore?: number;
}

const get = (path: string): Step => ({ method: 'GET', path, status: 200 });
const search = (q: string, more: Record<string, string> = {}) => get(`/api/search?${new URLSearchParams({ q, ...more })}`);

const many = 24;
const taking = <T>(list: readonly T[], from = 0): T[] => Array.from({ length: many }, (_, i) => list[(from + i * 7) % list.length] as T);
// Of the first products, which every catalog has.
const first = Array.from({ length: 4_000 }, (_, i) => generatedProduct(i + 1));
const kinds = [
  'headphones',
  'laptop',
  'camera',
  'smartphone',
  'keyboard',
  'microphone',
  'chair',
  'sofa',
  'mirror',
  'teapot',
  'skillet',
  'knife',
];
const categories = ['electronics', 'furniture', 'kitchen', 'fashion', 'sports', 'toys', 'books', 'outdoors'];
const models = first.flatMap(({ name }) => name.match(/\b[A-Z]{2}-?\d{3,4}[A-Z]?\b/) ?? []);
const ranges = first.flatMap(({ tags }) => tags[4] ?? []);
/** Without its third letter, or with two letters changed places. */
const mistyped = (word: string, i: number) =>
  i % 2 === 0 ? word.slice(0, 2) + word.slice(3) : `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`;
const words = [...styles.filter((style) => style.length > 4), ...makers.slice(0, 40), ...kinds].map((word) => word.toLowerCase());
const of = <T>(list: readonly T[], make: (item: T, i: number) => Step, from = 0) => taking(list, from).map(make);

/** What somebody types who wants to see it break, or does not look: nothing here may take long. */
const hostile: readonly string[] = [
  'a',
  'the',
  'the and of',
  '***',
  "' or 1=1 --",
  '%',
  '!!!',
  '(((',
  '&|!',
  '<script>alert(1)</script>',
  '\\\\',
  "o'hare o''hare",
  'a b c d e f g h i j k l m n o p',
  'x'.repeat(200),
  'ab '.repeat(66),
  'house made keep hand solid box plain small',
  'qwrtzxcv',
  'zzzzzzzzzzzz qqqqqqqqqqq',
  'é'.repeat(100),
  '漢字 かな',
  '12 34 56 78 90',
  '0',
  'house -house',
  '"house made',
  'sofaa chairr tabel lampp mirorr',
  'hed',
  'wirless hedphone',
  'café\u0301',
  '👩‍👩‍👧',
  'wi-fi/usb-c+hdmi',
  'aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee ffffffffff gggggggggg hhhhhhhhhh iiiiiiiiii',
  'house:*',
  'made & !keep',
  '-',
  'and or not',
];

/** @param said words of the shop's synonyms */
export function readingClasses(said: readonly string[]): RequestClass[] {
  const searches: Omit<RequestClass, 'group'>[] = [
    { name: 'rare word', requests: of(ranges, (word) => search(word)) },
    { name: 'word in 1/24', requests: of(styles, (word) => search(word)) },
    { name: 'word in 1/3', requests: of(['house', 'honestly', 'keep', 'made'], (word, i) => search(word, { limit: String(5 + i) })) },
    { name: 'two words', requests: of(styles, (word, i) => search(`${word} ${kinds[i % kinds.length]}`)) },
    { name: 'three words', requests: of(colours, (word, i) => search(`${word} ${styles[i]} ${kinds[i % kinds.length]}`)) },
    { name: 'typo', requests: of(words, (word, i) => search(mistyped(word, i))) },
    { name: 'prefix', requests: of(words, (word) => search(word.slice(0, 4))) },
    { name: 'synonym', requests: of(said.length > 0 ? said : kinds, (word) => search(word)) },
    { name: 'model code', requests: of(models, (word) => search(word)) },
    { name: 'category word', requests: of(categories, (word, i) => search(word, { limit: String(5 + i) })) },
    { name: 'in a category', requests: of(styles, (word, i) => search(word, { category: categories[i % 8] as string })) },
    { name: 'in stock', requests: of(styles, (word) => search(word, { inStock: 'true' })) },
    { name: 'with a tag', requests: of(styles, (word, i) => search(word, { tag: (colours[i] as string).toLowerCase() })) },
    ...productSorts.map((sort) => ({ name: `by ${sort}`, requests: of(styles, (word) => search(word, { sort })) })),
    { name: 'sixth page', requests: of(styles, (word) => search(word, { limit: '50' })), pagesBefore: 5 },
  ];
  const bands: [number, number][] = [
    [5_000, 5_500],
    [1_000, 3_000],
    [20_000, 60_000],
  ];
  const band = (i: number): Record<string, string> => {
    const [minPrice, maxPrice] = bands[i % bands.length] as [number, number];
    return { minPrice: String(minPrice), maxPrice: String(maxPrice) };
  };
  const lists: [string, string[]][] = [
    ...productSorts.map((sort): [string, string[]] => [`by ${sort}`, [`sort=${sort}`, `sort=${sort}&skip=40`]]),
    ['in a category', categories.flatMap((slug) => productSorts.map((sort) => `category=${slug}&sort=${sort}`))],
    ['price band', [0, 1, 2].flatMap((i) => productSorts.map((sort) => `sort=${sort}&${new URLSearchParams(band(i))}`))],
    [
      'category, band, name',
      categories.flatMap((slug) => bands.map(([low, high]) => `sort=name&category=${slug}&minPrice=${low}&maxPrice=${high}`)),
    ],
  ];
  const typed = [...words, ...ranges.slice(0, 40)];
  return [
    ...searches.map((each) => ({ group: 'search' as const, ...each })),
    { group: 'price band', name: 'price band', requests: of(styles, (word, i) => search(word, band(i))) },
    { group: 'price band', name: 'rare, price band', requests: of(ranges, (word, i) => search(word, band(i))) },
    { group: 'hostile', name: 'hostile', requests: hostile.map((q) => search(q)) },
    ...[1, 2, 4, 8].map((letters) => ({
      group: 'suggest' as const,
      name: `${letters} letter${letters === 1 ? '' : 's'}`,
      requests: of(
        typed.filter((word) => word.length >= letters),
        (word) => get(`/api/search/suggest?q=${encodeURIComponent(word.slice(0, letters))}`),
      ),
    })),
    ...lists.map(([name, queries]) => ({
      group: 'list' as const,
      name,
      requests: queries.slice(0, many).map((query) => get(`/api/products?${query}`)),
    })),
    { group: 'detail', name: 'detail', requests: of(first, ({ id }) => get(`/api/products/${id}`)) },
    { group: 'recommendations', name: 'of a product', requests: of(first, ({ id }) => get(`/api/recommendations?productId=${id}`)) },
    { group: 'recommendations', name: 'of nothing', requests: [4, 8, 12, 20].map((limit) => get(`/api/recommendations?limit=${limit}`)) },
  ];
}
