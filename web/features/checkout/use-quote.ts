import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Cart } from '#functions/cart/lib/contract.ts';
import { call } from '../../lib/api.ts';
import { quoteShipping } from '../../lib/routes.ts';

/** What shipping the cart to a country costs, by method, in the currency that the cart is shown in. */
export function useQuote({ sessionId, version, subtotal: { currency } }: Cart, country: string) {
  return useQuery({
    queryKey: ['quote', sessionId, version, country, currency],
    queryFn: async ({ signal }) => (await call(quoteShipping, { body: { sessionId, country, currency }, signal })).quotes,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
