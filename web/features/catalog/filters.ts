import type { Currency } from '#platform/money.ts';
import { isVisible } from '#platform/text.ts';
import { formatMoney, minorDigitsOf, parseMoney } from '../../lib/money.ts';

export const listSorts = ['newest', 'popularity', 'price', '-price', 'name'] as const;
export const searchSorts = ['relevance', ...listSorts] as const;
export type Sort = (typeof searchSorts)[number];

export const sortNames: Record<Sort, string> = {
  relevance: 'Best match',
  newest: 'Newest',
  popularity: 'Popular',
  price: 'Price: low to high',
  '-price': 'Price: high to low',
  name: 'Name',
};

/**
 * What a list's address says: everything one needs to show the same list again. Prices are as people write them ("19.99"), in `currency`. An address
 * with prices of another currency shows the list without them: the same number would be another price.
 */
export interface Filters {
  /** What prices are shown in. */
  currency: Currency;
  q: string;
  category: string;
  min: string;
  max: string;
  /** Of a search only, as are `inStock` and `exact`. */
  tag: string;
  inStock: boolean;
  /** Whether a search is for exactly these words, without mending them. */
  exact: boolean;
  sort: Sort | undefined;
  /** How many pages are shown ("load more" adds one). */
  pages: number;
}

export function readFilters(params: URLSearchParams, currency: Currency): Filters {
  const sort = searchSorts.find((name) => name === params.get('sort'));
  const pages = Number(params.get('pages'));
  const q = (params.get('q') ?? '').trim().slice(0, 200);
  const ours = (params.get('currency') ?? 'USD') === currency;
  return {
    currency,
    q: isVisible(q) ? q : '',
    category: params.get('category') ?? '',
    min: (ours && params.get('min')) || '',
    max: (ours && params.get('max')) || '',
    tag: (params.get('tag') ?? '').trim().slice(0, 50),
    inStock: params.get('inStock') === 'true',
    exact: params.get('exact') === 'true',
    sort,
    pages: Number.isInteger(pages) && pages >= 1 ? Math.min(pages, 50) : 1,
  };
}

/** The address with some values changed; empty ones are left out, and a changed list starts at its first page. */
export function withFilters(params: URLSearchParams, changes: Partial<Record<keyof Filters, string>>): URLSearchParams {
  const next = new URLSearchParams(params);
  if (!('pages' in changes)) next.delete('pages');
  for (const [key, value] of Object.entries(changes)) {
    if (value) next.set(key, value);
    else next.delete(key);
  }
  return next;
}

/** A price as people write it, as the address keeps it ("1299" or "19.99"): no locale reads that differently. Undefined when it is none. */
export function plainPrice(typed: string, currency: Currency): string | undefined {
  const price = parseMoney(typed, currency);
  const digits = minorDigitsOf(currency);
  return price && (price.amount / 10 ** digits).toFixed(price.amount % 10 ** digits === 0 ? 0 : digits);
}

/** What is said of a price that is not understood: it is marked, and nothing is left out silently. */
export const priceFault = (typed: string, currency: Currency): string | undefined =>
  typed.trim() === '' || plainPrice(typed, currency) !== undefined
    ? undefined
    : `Please enter a price, like 1,299${minorDigitsOf(currency) > 0 ? ' or 19.99' : ''}.`;

/** The least and the highest price, with the currency that they are in: what an address says of them. */
export const priceFilters = ({ min, max }: { min: string; max: string }, currency: Currency) => {
  const [low, high] = [plainPrice(min, currency) ?? '', plainPrice(max, currency) ?? ''];
  return { min: low, max: high, currency: currency !== 'USD' && (low || high) ? currency : '' };
};

const minorUnits = (price: string, currency: Currency): string | undefined => parseMoney(price, currency)?.amount.toString();

/** The prices that a list is between, for people: "$10.00 – $50.00", "from $10.00". Undefined where it is not narrowed by them. */
export function priceRange({ currency, min, max }: Pick<Filters, 'currency' | 'min' | 'max'>): string | undefined {
  const [low, high] = [min, max].map((price) => {
    const money = parseMoney(price, currency);
    return money && formatMoney(money);
  });
  if (low && high) return `${low} – ${high}`;
  return low ? `from ${low}` : high && `up to ${high}`;
}

/** A tag as people read it: "noise-cancelling" is "noise cancelling". */
export const tagName = (tag: string): string => tag.replaceAll('-', ' ');

/** The filters as the API's query. A category that is no slug is left out: the API would refuse it. */
export const apiQuery = ({ currency, category, min, max, sort }: Filters) => ({
  currency,
  category: /^[a-z0-9]+(-[a-z0-9]+)*$/.test(category) ? category : undefined,
  minPrice: minorUnits(min, currency),
  maxPrice: minorUnits(max, currency),
  sort,
});

/** The same for a search, which can be narrowed by more. */
export const searchApiQuery = (filters: Filters) => ({
  ...apiQuery(filters),
  q: filters.q,
  tag: isVisible(filters.tag) ? filters.tag : undefined,
  inStock: filters.inStock ? ('true' as const) : undefined,
  exact: filters.exact ? ('true' as const) : undefined,
});
