import type { Chances } from './chances-of.ts';

/** What people look for and no shop of ours has. */
const notHere = ['unicycle', 'typewriter ribbon', 'hot tub', 'violin strings'];

/** What somebody types into the search: a word or two of a product's name, mistyped in one case of five, and sometimes what is not there at all. */
export function typedOf(chances: Chances, productName: string): string {
  if (chances.happens(0.04)) return chances.oneOf(notHere) ?? '';
  const words = productName.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [productName.toLowerCase()];
  const first = chances.whole(0, words.length - 1);
  const typed = words.slice(first, first + chances.whole(1, 2)).join(' ');
  return chances.happens(0.2) ? mistyped(chances, typed) : typed;
}

/** One slip of the fingers: a letter left out, doubled, or changed over with the next. The first letter is right, as it mostly is. */
export function mistyped(chances: Chances, text: string): string {
  if (text.length < 4) return text;
  const at = chances.whole(1, text.length - 2);
  const [before, letter = '', next = '', after] = [text.slice(0, at), text[at], text[at + 1], text.slice(at + 2)];
  const slips = [`${before}${next}${after}`, `${before}${letter}${letter}${next}${after}`, `${before}${next}${letter}${after}`];
  return chances.oneOf(slips) ?? text;
}
