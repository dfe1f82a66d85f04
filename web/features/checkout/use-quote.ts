import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../lib/api.ts';
import { quoteShipping } from '../../lib/routes.ts';
import { type Draft, looksLikePostalCode } from './draft.ts';

/** What shipping the cart to the draft's address costs, by method. It waits until typing pauses. */
export function useQuote(sessionId: string, cartVersion: number, draft: Draft) {
  const postalCode = useSettled(draft.postalCode.trim(), 350);
  const { country } = draft;
  return useQuery({
    queryKey: ['quote', sessionId, cartVersion, country, postalCode],
    enabled: looksLikePostalCode(postalCode),
    queryFn: async ({ signal }) => (await call(quoteShipping, { body: { sessionId, country, postalCode }, signal })).quotes,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** A value once it has stopped changing for a while. */
function useSettled<T>(value: T, delayMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
