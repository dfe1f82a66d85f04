import type { Recommendation } from '#functions/recommendations/lib/contract.ts';

/**
 * One list of several, taking turns: the best of each, then the second of each, and so on. Each product once.
 * @param without ids of products to leave out
 */
export function mix(lists: readonly (readonly Recommendation[])[], without: readonly string[]): Recommendation[] {
  const taken = new Set(without);
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
  return inTurn.filter(({ product: { id } }) => !taken.has(id) && taken.add(id));
}
