import * as z from 'zod/mini';
import { Uuid } from '#platform/http/schemas.ts';
import { inField } from './opensearch-query.ts';
import type { Asked } from './tsquery.ts';

/** The scores of a hit: by its name, or by its tags or category alone. */
const byName = 2;
const byTitle = 1;

/** The body of a search for products to suggest: those with the words in their names come first, and of either the most popular ones. */
export const suggestBody = (starts: Asked, words: Asked, size: number) => ({
  query: {
    dis_max: {
      queries: [
        { constant_score: { filter: inField({ any: [starts, words] }, 'words_in_name'), boost: byName } },
        { constant_score: { filter: inField(words, 'words_in_title'), boost: byTitle } },
      ],
    },
  },
  sort: [{ _score: 'desc' }, { popularity: 'desc' }, { id: 'desc' }],
  size,
  _source: false,
  track_total_hits: false,
});

/** What OpenSearch answers to it, as far as it is read. */
export const SuggestAnswer = z.object({
  timed_out: z.literal(false),
  hits: z.object({ hits: z.array(z.object({ _id: Uuid, sort: z.tuple([z.number()], z.unknown()) })) }),
});

/** Ids of the found products, in order; those found by tags alone only where names give fewer than are wanted. */
export function suggestedIds({ hits: { hits } }: z.output<typeof SuggestAnswer>, wanted: number): string[] {
  const named = hits.filter(({ sort: [score] }) => score === byName);
  return (named.length < wanted ? hits : named).map(({ _id }) => _id);
}
