import type { Order } from '#functions/orders/lib/contract.ts';

/** What has happened to a list since it was loaded, as far as its newest orders tell. */
export interface ListNews {
  /** Orders that have come. */
  come: number;
  /** There may be more of them than the newest show. */
  more: boolean;
  /** Orders that are no longer in it: they have another status than the list's. */
  gone: number;
}

/**
 * Compares a loaded list with the newest orders as they are now, both newest first.
 * @param newest whether `nextCursor` is null says if they are all there are
 */
export function newsOfList(loaded: readonly Order[], newest: { items: readonly Order[]; nextCursor: string | null }): ListNews {
  const known = new Set(loaded.map(({ id }) => id));
  const present = new Set(newest.items.map(({ id }) => id));
  const come = newest.items.filter(({ id }) => !known.has(id)).length;
  const oldest = newest.nextCursor === null ? '' : (newest.items.at(-1)?.createdAt ?? '');
  return {
    come,
    more: come > 0 && come === newest.items.length && newest.nextCursor !== null,
    gone: loaded.filter(({ id, createdAt }) => createdAt > oldest && !present.has(id)).length,
  };
}

/** The news as a button says it; undefined where there is none. */
export function newsText({ come, more, gone }: ListNews): string | undefined {
  if (come > 0) return `${come}${more ? ' or more' : ''} new ${come === 1 && !more ? 'order' : 'orders'}`;
  if (gone > 0) return `${gone} ${gone === 1 ? 'order has' : 'orders have'} moved on`;
  return undefined;
}
