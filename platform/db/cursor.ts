import { hash } from 'node:crypto';
import { Problem } from '../errors.ts';

/** The position at which a page ended: the last row's sort values and id. */
export interface Place {
  values: readonly (string | number)[];
  id: string;
}

/** Start position of a batch walk by (created_at, id). Rows that fail are skipped, so they cannot block later ones. */
export const beginning = { created_at: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

/**
 * A position as an opaque text: base64url of {sort, last values, id, filter hash}.
 * @param query what the list was asked for besides paging; a cursor serves that query only
 */
export function encodeCursor(sort: string, place: Place, query: object): string {
  return Buffer.from(JSON.stringify([sort, place.values, place.id, filterHash(query)])).toString('base64url');
}

/** The SQL types that lists sort by, each with a check: cursors are untrusted input, and a value that PostgreSQL cannot cast would be a 500. */
const fitsType = {
  text: (value) => typeof value === 'string' && value.isWellFormed() && !value.includes('\0'),
  timestamptz: (value) => typeof value === 'string' && /^(?!0000)\d{4}-/.test(value) && isInstant(value),
  integer: (value) => Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31,
  bigint: (value) => Number.isSafeInteger(value),
  float8: (value) => Number.isFinite(value),
} as const satisfies Record<string, (value: unknown) => boolean>;

export type SortType = keyof typeof fitsType;

const isInstant = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;

/**
 * @param types of the values that the sort compares, as SQL calls them
 * @throws Problem 400 `invalid-cursor` when the text is no cursor or was made for another query
 */
export function decodeCursor(cursor: string, sort: string, query: object, types: readonly SortType[]): Place {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    const [cursorSort, values, id, filters] = JSON.parse(bytes.toString('utf8'));
    const fits =
      bytes.toString('base64url') === cursor &&
      cursorSort === sort &&
      filters === filterHash(query) &&
      typeof id === 'string' &&
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) &&
      Array.isArray(values) &&
      values.length === types.length &&
      types.every((type, i) => fitsType[type](values[i]));
    if (fits) return { values, id };
  } catch {
    // not a cursor: refused below
  }
  throw new Problem('invalid', 'invalid-cursor', 'This cursor does not belong to this query. Start again without it.', {
    errors: [{ pointer: '/query/cursor', message: 'does not belong to this query' }],
  });
}

const filterHash = (query: object) => hash('sha1', JSON.stringify(Object.entries(query).sort()), 'base64url').slice(0, 12);
