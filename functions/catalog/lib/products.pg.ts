import { type Exchange, priceIn } from '#functions/currency/lib/convert.ts';
import { keyset, type ListOrder, type Slice } from '#platform/db/list-page.ts';
import type { Sql } from '#platform/db/sql.ts';
import type { Product, productSorts } from './contract.ts';

export interface ProductRow {
  id: string;
  slug: string;
  name: string;
  description: string;
  category_id: string | null;
  category_slug: string | null;
  category_name: string | null;
  price_amount: number;
  stock: number;
  image_url: string;
  tags: string[];
  created_at: string;
  updated_at: string;
}

export const productColumns = `p.id, p.slug, p.name, p.description, p.category_id, c.slug as category_slug, c.name as category_name,
  p.price_amount, p.stock, p.image_url, p.tags, p.created_at, p.updated_at`;

/** A row as the API shows it, priced in a currency. */
export function productOf(row: ProductRow, exchange: Exchange): Product {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    category: row.category_id === null ? null : { id: row.category_id, slug: row.category_slug ?? '', name: row.category_name ?? '' },
    price: priceIn(row.price_amount, exchange),
    stock: row.stock,
    imageUrl: row.image_url,
    tags: row.tags,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export type ProductSort = (typeof productSorts)[number];

/** How each sort orders. */
export const productOrder = {
  newest: { sort: 'newest', column: 'p.created_at', type: 'timestamptz', direction: 'desc', id: 'p.id' },
  price: { sort: 'price', column: 'p.price_amount', type: 'bigint', direction: 'asc', id: 'p.id' },
  '-price': { sort: '-price', column: 'p.price_amount', type: 'bigint', direction: 'desc', id: 'p.id' },
  popularity: { sort: 'popularity', column: 'p.popularity', type: 'integer', direction: 'desc', id: 'p.id' },
  name: { sort: 'name', column: 'p.name collate names', type: 'text', direction: 'asc', id: 'p.id' },
} as const satisfies Record<ProductSort, ListOrder>;

export interface ProductFilter {
  category?: string | undefined;
  /** Bounds of the base price in US cents, both included. */
  minCents?: number | undefined;
  maxCents?: number | undefined;
  tag?: string | undefined;
  /** Only what can be ordered now. */
  inStock?: boolean | undefined;
}

/** The part of a WHERE that a filter asks for; `values` receives its parameters. */
export function filterClause(filter: ProductFilter, values: unknown[]): string {
  const clauses = ['p.archived_at is null'];
  const add = (clause: (parameter: string) => string, value: unknown) => clauses.push(clause(`$${values.push(value)}`));
  if (filter.category !== undefined) add(($) => `p.category_id = (select id from categories where slug = ${$})`, filter.category);
  if (filter.minCents !== undefined) add(($) => `p.price_amount >= ${$}`, filter.minCents);
  if (filter.maxCents !== undefined) add(($) => `p.price_amount <= ${$}`, filter.maxCents);
  if (filter.tag !== undefined) add(($) => `${$} = any(p.tags)`, filter.tag);
  if (filter.inStock) clauses.push('p.stock > 0');
  return clauses.join(' and ');
}

type SortedRow = ProductRow & { sort_value: string | number };

/** A slice of the products that a filter leaves, each with the value it is sorted by. */
export async function selectProducts(sql: Sql, filter: ProductFilter, slice: Slice): Promise<SortedRow[]> {
  const isPriced = filter.minCents !== undefined || filter.maxCents !== undefined;
  return isPriced && slice.order.column !== 'p.price_amount' ? selectBetweenPrices(sql, filter, slice) : walkProducts(sql, filter, slice);
}

/** Along the index of the order: what the filter leaves out of it is a category at most, which has an index of its own, or prices where they are the order. */
function walkProducts(sql: Sql, filter: ProductFilter, slice: Slice): Promise<SortedRow[]> {
  const values: unknown[] = [];
  const wanted = filterClause(filter, values);
  const { where, orderBy, limit } = keyset(slice, values);
  return sql(
    `select ${productColumns}, ${slice.order.column} as sort_value
       from products p left join categories c on c.id = p.category_id
      where ${wanted} and ${where}
      order by ${orderBy} ${limit}`,
    values,
  );
}

/** So many products are read and sorted sooner than an index of names is walked to a page of them. */
const fewEnough = 2_000;

/**
 * Between prices, in another order. Where they leave few products, a walk along the order would pass a whole category to meet a page of them
 * (222 ms of a million products): these are found by their prices, and sorted. Where there are more, a walk meets them soon.
 */
function selectBetweenPrices(sql: Sql, filter: ProductFilter, slice: Slice): Promise<SortedRow[]> {
  const values: unknown[] = [];
  const wanted = filterClause(filter, values);
  const { where, orderBy, limit } = keyset(slice, values);
  const { column, direction } = slice.order;
  const sorted = keyset({ ...slice, order: { ...slice.order, column: 'f.sort_value', id: 'f.id' } }, values);
  return sql(
    `with few as materialized (
       select p.id, ${column} as sort_value from products p where ${wanted} order by p.price_amount, p.id limit ${fewEnough + 1}),
     page as (
       select * from (select f.id, f.sort_value from few f
         where (select count(*) from few) <= ${fewEnough} and ${sorted.where} order by ${sorted.orderBy} ${sorted.limit}) few
       union all
       select * from (select p.id, ${column} as sort_value from products p
         where (select count(*) from few) > ${fewEnough} and ${wanted} and ${where} order by ${orderBy} ${limit}) many)
     select ${productColumns}, page.sort_value
       from page join products p on p.id = page.id left join categories c on c.id = p.category_id
      order by page.sort_value ${direction}, page.id ${direction}`,
    values,
  );
}

export async function selectProduct(sql: Sql, id: string): Promise<ProductRow | undefined> {
  const [row] = await sql<ProductRow>(
    `select ${productColumns} from products p left join categories c on c.id = p.category_id where p.id = $1 and p.archived_at is null`,
    [id],
  );
  return row;
}
