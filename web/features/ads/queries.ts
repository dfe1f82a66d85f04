import { queryOptions } from '@tanstack/react-query';
import { call } from '../../lib/api.ts';
import { chooseAds } from '../../lib/routes.ts';

/** The ad of one page view: asked for once and not again, not even after an error, and forgotten with the page. Null where there is none. */
export const adQuery = (category: string | undefined) =>
  queryOptions({
    queryKey: ['ad', category ?? ''],
    queryFn: async ({ signal }) => (await call(chooseAds, { query: { category, limit: '1' }, signal })).items[0] ?? null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
