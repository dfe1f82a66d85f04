import { filterClause, type ProductFilter, type ProductRow, productColumns } from '#functions/catalog/lib/products.pg.ts';
import type { Sql } from '#platform/db/sql.ts';

/** A found product, with the words that were searched for marked in it. */
export interface HitRow extends ProductRow {
  marked_name: string;
  marked_description: string;
}

const escaped = (column: string) => `replace(replace(replace(${column}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
/** As much of a description as is searched (`w_all`). Of `a_b_a_b_…` PostgreSQL tries each part anew: 10,000 characters would take two seconds. */
const searchedText = 'left(p.description, 2000)';
/** The text with the found words marked; of a long text, the fragment that matches best, which may begin in the middle of a sentence. */
const marked = (column: string, marks: string) =>
  `ts_headline('public.shop', ${escaped(column)}, ${marks}::tsquery, 'StartSel=<mark>, StopSel=</mark>, ' ||
     case when length(${column}) <= 400 then 'HighlightAll=true' else 'MaxWords=40, MinWords=20' end)`;

/** The columns of a HitRow, of products as `p` and categories as `c`. Marking takes 0.03 ms a row: select them of a page's rows only. @param marks a parameter with the text of a tsquery */
export const hitColumns = (marks: string) =>
  `${productColumns}, ${marked('p.name', marks)} as marked_name, ${marked(searchedText, marks)} as marked_description`;

/** Those of the products that are still on the shelf and still fit the filter, in no order: an index of its own may be a moment behind. */
export function selectFoundProducts(sql: Sql, ids: readonly string[], marks: string, filter: ProductFilter): Promise<HitRow[]> {
  const values: unknown[] = [marks, ids];
  return sql<HitRow>(
    `select ${hitColumns('$1')} from products p left join categories c on c.id = p.category_id
      where p.id = any($2::uuid[]) and ${filterClause(filter, values)}`,
    values,
  );
}

/** A product as a suggestion shows it. */
export type SuggestedRow = Pick<ProductRow, 'id' | 'slug' | 'name' | 'tags' | 'image_url' | 'price_amount'>;

/** Those of the products that are still on the shelf, in no order. */
export function selectSuggestedProducts(sql: Sql, ids: readonly string[]): Promise<SuggestedRow[]> {
  return sql<SuggestedRow>(
    'select id, slug, name, tags, image_url, price_amount from products where id = any($1::uuid[]) and archived_at is null',
    [ids],
  );
}
