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

/** A slice of the products that a filter leaves, each with the value it is sorted by. */
export async function selectProducts(
  sql: Sql,
  filter: ProductFilter,
  slice: Slice,
): Promise<(ProductRow & { sort_value: string | number })[]> {
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

export async function selectProduct(sql: Sql, id: string): Promise<ProductRow | undefined> {
  const [row] = await sql<ProductRow>(
    `select ${productColumns} from products p left join categories c on c.id = p.category_id where p.id = $1 and p.archived_at is null`,
    [id],
  );
  return row;
}
