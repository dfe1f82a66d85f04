import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyset, type ListOrder, listPage, type Slice } from './list-page.ts';

const order: ListOrder = { sort: 'newest', column: 'o.created_at', type: 'bigint', direction: 'desc', id: 'o.id' };
const idOf = (n: number) => `0192e4a0-7b1c-7def-8a1b-${String(n).padStart(12, '0')}`;

describe('a page of a list', () => {
  it('shows as many as were asked for, and its cursors lead through all rows once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (values, limit) => {
          const table = values.map((at, n) => ({ id: idOf(n), at })).sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
          // What PostgreSQL makes of keyset().
          const select = async ({ after, skip, limit: most }: Slice) =>
            table
              .filter(({ id, at }) => !after || at < Number(after.values[0]) || (at === after.values[0] && id < after.id))
              .slice(skip, skip + most);
          const seen: string[] = [];
          for (let cursor: string | undefined; ; ) {
            const list = {
              order,
              filters: {},
              select,
              sortValue: (row: { at: number }) => row.at,
              itemOf: (row: { id: string }) => row.id,
            };
            const { items, nextCursor } = await listPage({ limit, cursor }, list);
            expect(items.length).toBeLessThanOrEqual(limit);
            seen.push(...items);
            if (nextCursor === null) break;
            expect(items).toHaveLength(limit);
            cursor = nextCursor;
          }
          expect(seen).toEqual(table.map(({ id }) => id));
        },
      ),
    );
  });

  it('refuses a cursor of another filter', async () => {
    const of = (filters: object) => ({
      order,
      filters,
      select: async () => [1, 2].map((n) => ({ id: idOf(n) })),
      sortValue: () => 5,
      itemOf: (row: { id: string }) => row.id,
    });
    const { nextCursor } = await listPage({ limit: 1 }, of({ status: 'paid' }));
    const cursor = nextCursor ?? '';
    expect((await listPage({ limit: 1, cursor }, of({ status: 'paid' }))).items).toEqual([idOf(1)]);
    await expect(listPage({ limit: 1, cursor }, of({ status: 'packed' }))).rejects.toMatchObject({ code: 'invalid-cursor' });
  });
});

describe('a slice in SQL', () => {
  it('is a row comparison in the direction of the order, with its parameters after those that are there', () => {
    const values: unknown[] = ['paid'];
    expect(keyset({ order, after: { values: [7], id: idOf(1) }, skip: 0, limit: 21 }, values)).toEqual({
      where: '(o.created_at, o.id) < ($2::bigint, $3::uuid)',
      orderBy: 'o.created_at desc, o.id desc',
      limit: 'limit $4 offset $5',
    });
    expect(values).toEqual(['paid', 7, idOf(1), 21, 0]);
    const upwards = keyset({ order: { ...order, direction: 'asc' }, after: { values: [7], id: idOf(1) }, skip: 0, limit: 1 }, []);
    expect(upwards.where).toBe('(o.created_at, o.id) > ($1::bigint, $2::uuid)');
  });

  it('of the first page is everything', () => {
    expect(keyset({ order, after: undefined, skip: 40, limit: 21 }, [])).toMatchObject({ where: 'true', limit: 'limit $1 offset $2' });
  });
});
