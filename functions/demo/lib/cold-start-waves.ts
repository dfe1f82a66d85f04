/** Reads that shoppers wait for, each answered by a function of its own. What is in a path differs each time, so that no copy at the edge answers. */
const reads: ((id: string) => string)[] = [
  (id) => `/api/products/${id}`,
  (id) => `/api/cart/${id}`,
  (id) => `/api/recommendations?productId=${id}`,
  (id) => `/api/search?limit=1&q=${id}`,
];

/** The most calls of one function at a time, at strength 1. With a wave each 12 s it is at most 200 calls a minute. */
const most = 10;
const step = 2;

/** How many calls of each function a wave makes at once: more with every wave, up to what the strength allows. @param wave counts from 1 */
export const atOnce = (wave: number, strength: number): number => Math.min(wave * step, Math.max(1, Math.round(most * strength)));

/** The paths of a wave: so many of each function. */
export const coldPaths = (count: number, newId: () => string): string[] =>
  reads.flatMap((path) => Array.from({ length: count }, () => path(newId())));
