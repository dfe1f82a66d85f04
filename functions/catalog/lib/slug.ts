import { Problem } from '#platform/errors.ts';

/**
 * Latin letters that Unicode takes for letters of their own, so that no normal form divides them into a plain one and a mark. As CLDR's
 * transform Latin-ASCII has them: https://github.com/unicode-org/cldr/blob/main/common/transforms/Latin-ASCII.xml
 */
const plainLetters: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  þ: 'th',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŋ: 'n',
  ŧ: 't',
  ı: 'i',
  ĸ: 'q',
  ə: 'e',
  ɓ: 'b',
  ƈ: 'c',
  ɖ: 'd',
  ɗ: 'd',
  ƒ: 'f',
  ɠ: 'g',
  ɣ: 'g',
  ɨ: 'i',
  ƙ: 'k',
  ɲ: 'n',
  ɔ: 'o',
  ɛ: 'e',
  ƥ: 'p',
  ƭ: 't',
  ʉ: 'u',
  ʋ: 'v',
  ƴ: 'y',
  ƶ: 'z',
};

/**
 * Slugs for a thing that is to be named after its name: the name's letters and digits, and the same with the end of the thing's id, for when
 * the first is taken. Names without Latin letters get the kind's word and the id.
 */
export function slugsFor(name: string, kind: 'product' | 'category', id: string): string[] {
  const slug = name
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .toLowerCase()
    .replace(/[^\0-\x7f]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
    .replace(/^-|-$/g, '');
  const unique = `${slug || kind}-${id.slice(-8)}`;
  return slug === '' ? [unique] : [slug, unique];
}

/** Adds something under the first of these slugs that is free. @throws Problem 409 `slug-taken` when none is */
export async function addUnderOneOf(slugs: readonly string[], add: (slug: string) => Promise<boolean>): Promise<void> {
  for (const slug of slugs) if (await add(slug)) return;
  throw slugTaken();
}

export const slugTaken = () =>
  new Problem('conflict', 'slug-taken', 'Another one has this slug.', { errors: [{ pointer: '/slug', message: 'is taken' }] });
