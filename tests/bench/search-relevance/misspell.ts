import { products } from '../../../db/seed/catalog.ts';
import type { Ask } from './judge.ts';

export interface Misspelling {
  typed: string;
  word: string;
  /** The products that have the word in their name. */
  wanted: ReadonlySet<string>;
}

/** The words of product names, each with the products that have it. */
export function namedWords(): ReadonlyMap<string, ReadonlySet<string>> {
  const words = new Map<string, Set<string>>();
  for (const { name, slug } of products) {
    for (const word of name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
      const found = words.get(word) ?? new Set();
      words.set(word, found.add(slug));
    }
  }
  return words;
}

/** Random numbers from 0 to 1, the same ones for the same seed ("mulberry32"). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** A word with one slip of the hand: a letter left out, put in, replaced, or swapped with its neighbour. */
export function misspell(word: string, random: () => number): string {
  const below = (n: number) => Math.floor(random() * n);
  const at = below(word.length);
  const letter = letters.charAt(below(letters.length));
  switch (below(4)) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + letter + word.slice(at);
    case 2:
      return word.slice(0, at) + letter + word.slice(at + 1);
    default: {
      const i = below(word.length - 1);
      return word.slice(0, i) + word.charAt(i + 1) + word.charAt(i) + word.slice(i + 2);
    }
  }
}

/** So many misspellings of words of five letters or more in product names. What happens to be spelled right, or another such word, is none. */
export function misspellings(count: number, seed = 1): Misspelling[] {
  const words = namedWords();
  const long = [...words].filter(([word]) => word.length >= 5 && /^\p{L}+$/u.test(word));
  const random = randomFrom(seed);
  const made: Misspelling[] = [];
  while (made.length < count) {
    const [word, wanted] = long[Math.floor(random() * long.length)] as (typeof long)[number];
    const typed = misspell(word, random);
    if (!words.has(typed)) made.push({ typed, word, wanted });
  }
  return made;
}

/** The share of misspellings that must find a product of the word meant among the first three. */
export const goalOfMisspellings = 0.9;

/** Searches for each and says which share found a product of the word meant among the first three. */
export async function foundMisspelled(ask: Ask, made: readonly Misspelling[]): Promise<{ share: number; missed: readonly Misspelling[] }> {
  const missed: Misspelling[] = [];
  for (const one of made) {
    const found = await ask(one.typed);
    if (!found.slice(0, 3).some((slug) => one.wanted.has(slug))) missed.push(one);
  }
  return { share: 1 - missed.length / made.length, missed };
}
