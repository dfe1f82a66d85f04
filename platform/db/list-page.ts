import { decodeCursor, encodeCursor, type Place, type SortType } from './cursor.ts';

/** How a list is ordered: by a column, then by id, both in the same direction. */
export interface ListOrder {
  /** Its name in cursors, and in the query where a list has several. */
  sort: string;
  /** The column as SQL, written as the list's index has it. */
  column: string;
  /** The column's type in SQL. */
  type: SortType;
  direction: 'asc' | 'desc';
  /** The id as SQL: `p.id`. */
  id: string;
}

/** The rows that a page asks for; `limit` is one more than it shows, which tells whether more follow. */
export interface Slice {
  order: ListOrder;
  after: Place | undefined;
  skip: number;
  limit: number;
}

/**
 * A slice as parts of a SELECT: `where` is a condition of its own (true on the first page). Keyset: a row comparison that an index answers,
 * so the depth of a page costs nothing.
 * @param values receives the parameters
 */
export function keyset({ order, after, skip, limit }: Slice, values: unknown[]): { where: string; orderBy: string; limit: string } {
  const { column, type, direction, id } = order;
  const where = after
    ? `(${column}, ${id}) ${direction === 'asc' ? '>' : '<'} ($${values.push(after.values[0])}::${type}, $${values.push(after.id)}::uuid)`
    : 'true';
  const orderBy = `${column} ${direction}, ${id} ${direction}`;
  return { where, orderBy, limit: `limit $${values.push(limit)} offset $${values.push(skip)}` };
}

/**
 * One page of a list of the API.
 * @param paging as the query says it: `cursor` or `skip`, and `limit`
 * @param filters what the list is narrowed by: a cursor serves the same filters only
 * @param sortValue the value of `order.column` in a row, which the next page begins after
 * @throws Problem 400 `invalid-cursor`
 */
export async function listPage<Row extends { id: string }, Item>(
  { limit, cursor, skip = 0 }: { limit: number; cursor?: string | undefined; skip?: number | undefined },
  list: {
    order: ListOrder;
    filters: object;
    select: (slice: Slice) => Promise<Row[]>;
    sortValue: (row: Row) => string | number;
    itemOf: (row: Row) => Item;
  },
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const { order, filters, select, sortValue, itemOf } = list;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, order.sort, filters, [order.type]);
  const rows = await select({ order, after, skip, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: shown.map(itemOf),
    nextCursor: more ? encodeCursor(order.sort, { values: [sortValue(last)], id: last.id }, filters) : null,
  };
}
