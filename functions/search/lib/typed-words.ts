/** A part of what was typed: a word, or a phrase in quotes. */
export interface Typed {
  said: string;
  phrase: boolean;
  /** After a minus: products with it are left out. */
  not: boolean;
  /** `or` begins a new group; one group has to be found. */
  group: number;
}

/** So many words are looked at, and so many letters of each: nobody types more, and a search has to end. */
const mostWords = 10;
const mostLetters = 40;
/** Cut between letters: JavaScript has two units for one outside of the first 65,536, and half of it is none. */
const shortened = (word: string) => [...word].slice(0, mostLetters).join('');

// Letters, and what may stand between letters of one word: `shop_spellings` knows the same signs. 3.5 is two words there, and here.
const aWord = String.raw`[\p{L}\p{M}\p{N}]+(?:(?:[-/@_&+'’]|\.(?!\p{N}))[\p{L}\p{M}\p{N}]+)*`;
const part = new RegExp(String.raw`(?<not>(?<![^\s])-)?(?:"(?<phrase>[^"]*)"|(?<word>${aWord}))`, 'gu');

/** The words and phrases of a search. As search engines read it: `"two words"` together, `-word` not, `one or other`. */
export function typedWords(q: string): Typed[] {
  const typed: Typed[] = [];
  let group = 0;
  for (const { groups } of q.normalize('NFC').matchAll(part)) {
    const { not, phrase, word } = groups ?? {};
    if (word?.toLowerCase() === 'or' && !not && typed.some((one) => one.group === group)) group += 1;
    else if (phrase !== undefined) {
      const words = (phrase.match(new RegExp(aWord, 'gu')) ?? []).slice(0, mostWords).map(shortened);
      if (words.length > 0) typed.push({ said: words.join(' '), phrase: true, not: not !== undefined, group });
    } else if (word !== undefined) typed.push({ said: shortened(word), phrase: false, not: not !== undefined, group });
  }
  return typed.slice(0, mostWords);
}
