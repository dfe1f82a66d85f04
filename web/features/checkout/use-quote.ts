import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../lib/api.ts';
import { quoteShipping } from '../../lib/routes.ts';

/** What shipping the cart to a country costs, by method. */
export function useQuote(sessionId: string, cartVersion: number, country: string) {
  return useQuery({
    queryKey: ['quote', sessionId, cartVersion, country],
    queryFn: async ({ signal }) => (await call(quoteShipping, { body: { sessionId, country }, signal })).quotes,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
