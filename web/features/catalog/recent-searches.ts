import { parseJson, read, writeJson } from '../../lib/storage.ts';

/** A search made on this device by an account, or by a guest. */
interface RecentSearch {
  q: string;
  owner?: string;
}

export const searchesPlace = 'kelvo.searches';
const kept = 30;
const shown = 5;

/** The searches of a stored text, whatever it is. */
function searchesIn(stored: string | null): RecentSearch[] {
  const parsed = parseJson<unknown>(stored);
  return Array.isArray(parsed) ? parsed.filter((each): each is RecentSearch => typeof each?.q === 'string') : [];
}

/** The last searches of an account, or of the device's guests (no owner), newest first. */
export const recentSearches = (stored: string | null, owner: string | undefined): string[] =>
  searchesIn(stored)
    .filter((search) => search.owner === owner)
    .slice(0, shown)
    .map(({ q }) => q);

/** Remembers a search, once however often it is made. */
export function rememberSearch(q: string, owner: string | undefined): void {
  const others = searchesIn(read(searchesPlace)).filter((other) => other.owner !== owner || other.q.toLowerCase() !== q.toLowerCase());
  writeJson(searchesPlace, [{ q, ...(owner !== undefined && { owner }) }, ...others].slice(0, kept));
}

/** Forgets the searches of an account, or of the device's guests. */
export const forgetSearches = (owner: string | undefined): void => keep((search) => search.owner !== owner);

/** Forgets the searches of accounts, when a session ends. */
export const forgetAccountSearches = (): void => keep(({ owner }) => owner === undefined);

const keep = (wanted: (search: RecentSearch) => boolean): void => writeJson(searchesPlace, searchesIn(read(searchesPlace)).filter(wanted));
