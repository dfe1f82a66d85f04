/** What a product is called. */
export interface Called {
  name: string;
  tags: readonly string[];
}

export interface Typed {
  /** The words typed, folded; the last one may not be finished. */
  words: readonly string[];
  /** The words that were probably meant instead, by position; none where the catalog has what was typed. */
  meant: readonly (readonly string[])[];
}

/** From so many products searches are made to propose. */
export const readFor = 16;

/** Words of a text, as they are written: "chef's" is one. */
const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’]\p{L}+)*/gu) ?? [];

/** A word without accents and apostrophes, as words are compared. */
const folded = (word: string): string =>
  word
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase();

/**
 * The words of what is typed, ten at most, of 40 characters: a name has no more, and the index of words takes no longer ones. Of some letters
 * nothing is left without their accents (U+FF9E, a Japanese sound mark that stands alone): they are no words.
 */
export const wordsSoFar = (text: string): string[] =>
  wordsIn(text)
    .slice(0, 10)
    .map((word) => [...folded(word)].slice(0, 40).join(''))
    .filter((word) => word !== '');

/** Words that say nothing without another. */
const joining = new Set('all and any for from her his its not off our out own per the this too with you your'.split(' '));

/**
 * Searches to propose for what is typed: its last word completed; and if it is the only one, the same with the word beside it. They are made
 * of what the found products are called, so each finds something. What most of the products are called comes first.
 */
export function suggestedQueries(products: readonly Called[], typed: Typed, limit: number): string[] {
  const counts = new Map<string, number>();
  for (const product of products) {
    for (const query of new Set(proposals(product, typed))) counts.set(query, (counts.get(query) ?? 0) + 1);
  }
  const asTyped = typed.words.join(' ');
  const isPhrase = (query: string) => typed.words.length === 1 && query.includes(' ');
  return [...counts]
    .filter(([query, count]) => folded(query) !== asTyped && (count > 1 || !isPhrase(query)))
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || Number(isPhrase(a)) - Number(isPhrase(b)))
    .slice(0, limit)
    .map(([query]) => query);
}

function proposals({ name, tags }: Called, { words, meant }: Typed): string[] {
  // No phrase goes past a comma, or from one tag into the next.
  const texts = [...name.split(/[,;:()/|]|\s[-–—]\s/), ...tags.map((tag) => tag.replaceAll('-', ' '))].map(wordsIn);
  const has = new Set(texts.flat().map(folded));
  const [before, last] = [words.slice(0, -1), words.length - 1];
  const starts = meant[last]?.length ? meant[last] : words.slice(last);
  const finished = before.map((word, at) => meant[at]?.find((other) => has.has(other)) ?? word);
  return texts.flatMap((text) =>
    text.flatMap((word, at) => {
      if (joining.has(word) || !starts.some((start) => folded(word).startsWith(start))) return [];
      const phrases = before.length > 0 ? [] : [text.slice(at, at + 2), text.slice(Math.max(0, at - 1), at + 1)];
      return [[...finished, word], ...phrases.filter((phrase) => phrase.every((each) => /\p{L}{3}/u.test(each) && !joining.has(each)))].map(
        (each) => each.join(' '),
      );
    }),
  );
}
