import type { Sql } from '#platform/db/sql.ts';
import { askUntilFound } from './ask-until-found.ts';
import { selectSuggestedProducts } from './found-products.pg.ts';
import { selectNamedCategories } from './named-categories.pg.ts';
import { searchOpenSearch } from './opensearch.client.ts';
import { hitsOf, searchAnswer, searchBody } from './opensearch-query.ts';
import { SuggestAnswer, suggestBody, suggestedIds } from './opensearch-suggestions.ts';
import type { Found, ProductIndex, Question } from './product-index.ts';
import { readFor, suggestedQueries, wordsSoFar } from './suggested-queries.ts';
import { type SoFar, selectSoFar } from './suggested-words.pg.ts';
import { readTsquery } from './tsquery.ts';

/** Products found by OpenSearch. Which words are searched for PostgreSQL says, as for its own index. */
export const openSearchIndex: ProductIndex = {
  find: (sql, question) => askUntilFound(sql, question, (tsquery) => ask(sql, tsquery, question)),
  async suggest(sql, typed, limit) {
    const words = wordsSoFar(typed);
    if (words.length === 0) return { queries: [], products: [], categories: [] };
    for (const mended of [false, true]) {
      const soFar = await selectSoFar(sql, words, limit, { mended });
      const ids = await begunSo(soFar, limit);
      if (ids.length === 0 && soFar.categories.length === 0) continue;
      const known = new Map((await selectSuggestedProducts(sql, ids)).map((row) => [row.id, row]));
      const products = ids.flatMap((id) => known.get(id) ?? []);
      const queries = suggestedQueries(products, { words, meant: soFar.meant }, limit);
      return { queries, products: products.slice(0, limit), categories: soFar.categories };
    }
    return { queries: [], products: [], categories: [] };
  },
};

/** Ids of the products to suggest from. */
async function begunSo({ starts, words }: SoFar, limit: number): Promise<string[]> {
  const [inName, inTitle] = [readTsquery(starts ?? ''), readTsquery(words ?? '')];
  if (!inName || !inTitle) return [];
  return suggestedIds(await searchOpenSearch(SuggestAnswer, suggestBody(inName, inTitle, Math.max(limit, readFor))), limit);
}

/** @param tsquery the words, as text. @returns undefined when nothing is found, before the filter */
async function ask(
  sql: Sql,
  tsquery: string,
  question: Question,
): Promise<Pick<Found, 'hits' | 'total' | 'approximate' | 'facets'> | undefined> {
  const asked = readTsquery(tsquery);
  if (!asked) return undefined;
  const { category: slug } = question.filter;
  const category = slug === undefined ? undefined : ((await selectNamedCategories(sql, { slugs: [slug] }))[0]?.id ?? null);
  const answer = await searchOpenSearch(searchAnswer(question.sort), searchBody(asked, question, category));
  const { categories, tags, min, max, in_stock } = answer.aggregations;
  if (min.value === null) return undefined;
  const named = new Map(
    (await selectNamedCategories(sql, { ids: categories.buckets.map(({ key }) => key) })).map(({ id, ...rest }) => [id, rest]),
  );
  return {
    hits: hitsOf(answer, question),
    total: answer.hits.total.value,
    // With several shards the most frequent tags of all may not be among those of each.
    approximate: tags.doc_count_error_upper_bound > 0 || categories.doc_count_error_upper_bound > 0,
    facets: {
      categories: categories.buckets
        .flatMap(({ key, doc_count: count }) => {
          const names = named.get(key);
          return names ? [{ ...names, count }] : [];
        })
        .sort((a, b) => b.count - a.count || (a.slug < b.slug ? -1 : 1)),
      tags: tags.buckets.map(({ key, doc_count: count }) => ({ tag: key, count })),
      min: min.value,
      max: max.value,
      inStock: in_stock.doc_count,
    },
  };
}
