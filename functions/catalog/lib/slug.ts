import { Problem } from '#platform/errors.ts';

/**
 * Slugs for a thing that is to be named after its name: the name's letters and digits, and the same with the end of the thing's id, for when
 * the first is taken. Names without Latin letters get the kind's word and the id.
 */
export function slugsFor(name: string, kind: 'product' | 'category', id: string): string[] {
  const slug = name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
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
