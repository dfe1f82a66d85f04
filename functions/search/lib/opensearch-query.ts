import * as z from 'zod/mini';
import { Uuid } from '#platform/http/schemas.ts';
import { nameKey } from './opensearch-documents.ts';
import type { Question, SearchSort } from './product-index.ts';
import type { Asked } from './tsquery.ts';

type Query = Record<string, unknown>;

/** What the words ask for, of one field. */
export function inField(asked: Asked, field: string): Query {
  if ('word' in asked) return asked.begins ? { prefix: { [field]: asked.word } } : { term: { [field]: asked.word } };
  if ('not' in asked) return { bool: { must_not: [inField(asked.not, field)] } };
  if ('all' in asked) return { bool: { filter: asked.all.map((part) => inField(part, field)) } };
  return { bool: { should: asked.any.map((part) => inField(part, field)), minimum_should_match: 1 } };
}

/** One level is more than any popularity: a hit's place in `hitOrder.relevance` is `level * perLevel + popularity`. */
const perLevel = 2 ** 32;

type Place = string | number;
interface Order {
  by: [field: string, direction: 'asc' | 'desc'][];
  /** Sort values as the place that PostgreSQL gives a product, and back: a cursor serves both engines. */
  placeOf: (values: readonly Place[], name: string) => Place;
  valuesOf: (place: Place) => Place[];
}

const plain = (field: string, direction: 'asc' | 'desc'): Order => ({
  by: [[field, direction]],
  placeOf: ([value = 0]) => value,
  valuesOf: (place) => [place],
});

const orders: Record<SearchSort, Order> = {
  relevance: {
    // The score is how many levels a hit is above the lowest.
    by: [
      ['_score', 'desc'],
      ['popularity', 'desc'],
    ],
    placeOf: ([score, popularity]) => (Number(score) + 1) * perLevel + Number(popularity),
    valuesOf: (place) => {
      const level = Math.round(Number(place) / perLevel);
      return [level - 1, Number(place) - level * perLevel];
    },
  },
  newest: {
    by: [['created', 'desc']],
    placeOf: ([created]) => new Date(Number(created)).toISOString(),
    valuesOf: (place) => [Date.parse(String(place))],
  },
  price: plain('price', 'asc'),
  '-price': plain('price', 'desc'),
  popularity: plain('popularity', 'desc'),
  name: { by: [['name_key', 'asc']], placeOf: (_, name) => name, valuesOf: (place) => [nameKey(String(place))] },
};

/** A category by its id; null: there is none of that slug, so nothing is found in it. */
type CategoryId = string | null | undefined;

function filters({ filter }: Question, category: CategoryId): Query[] {
  const { minCents, maxCents, tag, inStock } = filter;
  const price = { ...(minCents !== undefined && { gte: minCents }), ...(maxCents !== undefined && { lte: maxCents }) };
  return [
    ...(category === undefined ? [] : [{ terms: { category: category === null ? [] : [category] } }]),
    ...(Object.keys(price).length > 0 ? [{ range: { price } }] : []),
    ...(tag === undefined ? [] : [{ term: { tags: tag } }]),
    ...(inStock ? [{ term: { in_stock: true } }] : []),
  ];
}

/**
 * The body of a search. The level is a sum: a point for all words in name, tags and category, and one more for all in the name. Filters come after
 * the facets, which are of all that is found; since these look at every hit, the total is exact at no cost.
 */
export function searchBody(asked: Asked, question: Question, category: CategoryId): Query {
  const { sort, after, skip, limit } = question;
  const { by, valuesOf } = orders[sort];
  const direction = by[0]?.[1] ?? 'desc';
  const point = (field: string) => ({ constant_score: { filter: inField(asked, field), boost: 1 } });
  const place = after?.values[0];
  return {
    query: {
      bool: {
        filter: [inField(asked, 'words')],
        ...(sort === 'relevance' && { should: [point('words_in_title'), point('words_in_name')] }),
      },
    },
    post_filter: { bool: { filter: filters(question, category) } },
    sort: [...by, ['id', direction] as const].map(([field, order]) => ({ [field]: order })),
    ...(after && place !== undefined ? { search_after: [...valuesOf(place), after.id], size: skip + limit } : { from: skip, size: limit }),
    _source: sort === 'name' ? ['name'] : false,
    track_total_hits: true,
    aggs: {
      categories: { terms: { field: 'category', size: 1_000 } },
      tags: { terms: { field: 'tags', size: 20, shard_size: 200, order: [{ _count: 'desc' }, { _key: 'asc' }] } },
      min: { min: { field: 'price' } },
      max: { max: { field: 'price' } },
      in_stock: { filter: { term: { in_stock: true } } },
    },
  };
}

const count = z.int().check(z.gte(0));
const buckets = <K extends z.ZodMiniType>(key: K) =>
  z.object({ doc_count_error_upper_bound: z.int(), buckets: z.array(z.object({ key, doc_count: count })) });
/** A price in whole cents; null: of no product. */
const Extreme = z.object({ value: z.nullable(count) });

const instant = z.int().check(z.gte(-8.64e15), z.lte(8.64e15)); // what a Date can be
const name = z.object({ name: z.string() });
const hit = <S extends z.ZodMiniType>(sort: S) => z.object({ _id: Uuid, _source: z.optional(name), sort });
/** A hit as each order gives it: any other value would be a place in no list. */
const hits = {
  relevance: hit(z.tuple([z.int(), z.int(), z.string()])),
  newest: hit(z.tuple([instant, z.string()])),
  price: hit(z.tuple([z.int(), z.string()])),
  '-price': hit(z.tuple([z.int(), z.string()])),
  popularity: hit(z.tuple([z.int(), z.string()])),
  name: z.extend(hit(z.tuple([z.string(), z.string()])), { _source: name }),
} satisfies Record<SearchSort, z.ZodMiniType>;

/** What OpenSearch answers to it, as far as it is read. */
export const searchAnswer = (sort: SearchSort) =>
  z.object({
    timed_out: z.literal(false),
    hits: z.object({ total: z.object({ value: count }), hits: z.array(hits[sort]) }),
    aggregations: z.object({
      categories: buckets(Uuid),
      tags: buckets(z.string()),
      min: Extreme,
      max: Extreme,
      in_stock: z.object({ doc_count: count }),
    }),
  });
type SearchAnswer = z.output<ReturnType<typeof searchAnswer>>;

/** The hits of an answer, in order, each with its place as PostgreSQL has it. */
export function hitsOf({ hits }: SearchAnswer, { sort, after, skip }: Question): { id: string; place: Place }[] {
  return hits.hits.slice(after ? skip : 0).map(({ _id, _source, sort: values }) => ({
    id: _id,
    place: orders[sort].placeOf(values, _source?.name ?? ''),
  }));
}
