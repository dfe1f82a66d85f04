import type { Suggestions } from '#functions/search/lib/contract.ts';

/** What the list below the search box offers; each kind is a group of it. */
export type Suggestion =
  | { kind: 'recent'; q: string }
  | { kind: 'forget' }
  | { kind: 'query'; q: string }
  | { kind: 'product'; product: Suggestions['products'][number] }
  | { kind: 'category'; slug: string; name: string };

/** What is asked for: as the API sees it, so that "Tea " and "tea" are one question. */
export const questionOf = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase().slice(0, 200);

/** What is offered before anything is typed. */
export const offersOf = (recent: readonly string[]): Suggestion[] =>
  recent.length === 0 ? [] : [...recent.map((q) => ({ kind: 'recent', q }) as const), { kind: 'forget' }];

export const suggestionsOf = ({ queries, categories, products }: Suggestions): Suggestion[] => [
  ...queries.map((q) => ({ kind: 'query', q }) as const),
  ...categories.map((category) => ({ kind: 'category', ...category }) as const),
  ...products.map((product) => ({ kind: 'product', product }) as const),
];

/** Options that stand together under one heading, with their places in the whole list. */
export function groupsOf(suggestions: readonly Suggestion[]): { label: string; options: { suggestion: Suggestion; index: number }[] }[] {
  const groups = new Map<string, { suggestion: Suggestion; index: number }[]>();
  suggestions.forEach((suggestion, index) => {
    const label = labels[suggestion.kind];
    groups.set(label, [...(groups.get(label) ?? []), { suggestion, index }]);
  });
  return [...groups].map(([label, options]) => ({ label, options }));
}

const labels: Record<Suggestion['kind'], string> = {
  recent: 'Recent searches',
  forget: 'Recent searches',
  query: 'Searches',
  category: 'Categories',
  product: 'Products',
};
