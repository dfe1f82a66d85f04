import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Currency } from '#platform/money.ts';
import { call } from '../../lib/api.ts';
import { getProduct, listCategories, listProducts, search, suggestSearch } from '../../lib/routes.ts';
import { apiQuery, type Filters, listSorts, searchApiQuery } from './filters.ts';

const pageSize = '24';

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  queryFn: async ({ signal }) => (await call(listCategories, { query: { limit: '100' }, signal })).items,
  staleTime: 60_000,
});

export const productQuery = (id: string, currency: Currency) =>
  queryOptions({
    queryKey: ['product', id, currency],
    queryFn: ({ signal }) => call(getProduct, { params: { id }, query: { currency }, signal }),
  });

/** The first few products of a sort. */
export const shelfQuery = (sort: (typeof listSorts)[number], limit: number, currency: Currency) =>
  queryOptions({
    queryKey: ['shelf', sort, limit, currency],
    queryFn: async ({ signal }) => (await call(listProducts, { query: { sort, limit: String(limit), currency }, signal })).items,
  });

const firstPage: string | undefined = undefined as string | undefined;

export const listQuery = (filters: Filters) => {
  const query = { ...apiQuery(filters), sort: listSorts.find((sort) => sort === filters.sort) };
  return infiniteQueryOptions({
    queryKey: ['products', query],
    queryFn: ({ pageParam, signal }) => call(listProducts, { query: { ...query, limit: pageSize, cursor: pageParam }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
  });
};

export const searchQuery = (filters: Filters) => {
  const query = searchApiQuery(filters);
  return infiniteQueryOptions({
    queryKey: ['search', query],
    enabled: filters.q !== '',
    queryFn: ({ pageParam, signal }) => call(search, { query: { ...query, limit: pageSize, cursor: pageParam }, signal }),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.nextCursor,
  });
};

/** What the search box suggests. Not tried again: by then the next letter is typed. */
export const suggestionsQuery = (q: string, currency: Currency) =>
  queryOptions({
    queryKey: ['suggestions', q, currency],
    queryFn: ({ signal }) => call(suggestSearch, { query: { q, limit: '5', currency }, signal }),
    staleTime: 60_000,
    retry: false,
  });
